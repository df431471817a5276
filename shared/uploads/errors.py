"""What an upload in pieces can be refused for; the classes say which status of tus 1.0.0 is meant."""

from __future__ import annotations

from shared.errors import Conflict, TongbaoError


class ProtocolUnknown(TongbaoError):
    """The client speaks another version of the protocol, or names none."""

    code = "tus_version"
    message = "请使用 tus 1.0.0 协议上传（Tus-Resumable: 1.0.0）。"


class ChecksumMismatch(TongbaoError):
    """What arrived is not what was sent; nothing of it is kept."""

    code = "checksum_mismatch"
    message = "上传的数据在途中损坏，请重新发送这一段。"


class OffsetConflict(Conflict):
    """The bytes don't begin where the upload stands, or another request has carried it on meanwhile."""

    code = "upload_offset"
    message = "续传位置与已收到的内容不符，请查询后再继续。"


class TooManyPieces(Conflict):
    """The upload came in more pieces than one record holds."""

    code = "upload_too_many_pieces"
    message = "上传被分成了过多的小段，请取消后重新上传。"


class TooManyUploads(Conflict):
    """More uploads are open than one form needs."""

    code = "too_many_uploads"
    message = "未完成的上传过多，请先完成或放弃其中一部分。"
