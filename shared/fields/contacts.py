"""Fields of contacts and web addresses; the rules are those of `shared.codes`, the wording is here."""

from __future__ import annotations

import re
from typing import Unpack

from shared.codes import icp, phones, sites
from shared.fields.faults import fault
from shared.fields.strict import Options, Strict, read_code

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_EMAIL_LONGEST = 254
_LOCAL_LONGEST = 64

_PHONE = {
    "phone_malformed": "电话号码格式不正确。",
    "phone_area_code": "固定电话应带正确的长途区号。",
}
_SITE = {
    "url_too_long": "网址过长。",
    "url_malformed": "网址格式不正确。",
    "url_scheme": "网址应以 http:// 或 https:// 开头。",
    "url_user_info": "网址中不能含有用户名或密码。",
    "url_host": "网址应使用公开的域名，不能是 IP 地址或本地名称。",
}
_ICP = {
    "icp_malformed": "网站备案号格式不正确。",
    "icp_is_licence": "这是许可证号，请填入“许可证号”。",
    "icp_licence_malformed": "许可证号格式不正确。",
    "icp_is_number": "这是网站备案号，请填入“网站备案号”。",
}


class Email(Strict[str]):
    """One e-mail address without a display name; the domain is loaded in lower-case IDNA form."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "format": "email", "maxLength": _EMAIL_LONGEST}, **options)

    def read(self, value: object) -> str:
        """Return the address. Codes: not_text, forbidden_character, email_malformed."""
        local, at, domain = read_code(value).rpartition("@")
        wrong = fault("email_malformed", "电子邮箱格式不正确。", "如 lianxiren@example.com")
        if not at or len(local) > _LOCAL_LONGEST or not _LOCAL_PART.fullmatch(local):
            raise wrong
        try:
            address = f"{local}@{sites.check_host(domain)}"
        except sites.SiteError:
            raise wrong from None
        if domain.endswith(".") or len(address) > _EMAIL_LONGEST:
            raise wrong
        return address


class Phone(Strict[str]):
    """A telephone number of the mainland; loads the canonical text 0571-88888888-123 or 13800138000."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "maxLength": 40}, **options)

    def read(self, value: object) -> str:
        """Return the number. Codes: not_text, phone_malformed, phone_area_code."""
        try:
            return str(phones.parse(read_code(value)))
        except phones.PhoneError as error:
            code = str(error)
            raise fault(code, _PHONE[code], "如 0571-88888888、0571-88888888-123 或 13800138000") from None


class WebSite(Strict[str]):
    """An http or https address of a public site, loaded as typed."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "format": "uri", "maxLength": sites.LONGEST}, **options)

    def read(self, value: object) -> str:
        """Return the address. Codes: not_text, url_* (see `sites.host_of`)."""
        text = read_code(value) if not isinstance(value, str) or len(value) <= sites.LONGEST else value
        try:
            sites.host_of(text)
        except sites.SiteError as error:
            code = str(error)
            raise fault(code, _SITE[code], "如 https://www.example.com") from None
        return text


class IcpNumber(Strict[str]):
    """网站备案号; loads 京ICP备12345678号 or 京ICP备12345678号-1."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "maxLength": 40}, **options)

    def read(self, value: object) -> str:
        """Return the number. Codes: not_text, icp_malformed, icp_is_licence."""
        try:
            return icp.read_number(read_code(value))
        except icp.IcpError as error:
            code = str(error)
            raise fault(code, _ICP[code], "如 京ICP备12345678号-1") from None


class IcpLicence(Strict[str]):
    """许可证号 of 增值电信业务; loads 浙B2-20200001 or 京ICP证030173号."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "maxLength": 40}, **options)

    def read(self, value: object) -> str:
        """Return the number. Codes: not_text, icp_licence_malformed, icp_is_number."""
        try:
            return icp.read_licence(read_code(value))
        except icp.IcpError as error:
            code = str(error)
            raise fault(code, _ICP[code], "如 浙B2-20200001 或 京ICP证030173号") from None
