"""The table of the exchange's scheduled jobs."""

from __future__ import annotations

from shared.scheduling.cadence import cadence_of
from shared.scheduling.jobs import Job

ANCHORS = "exchange.anchors"
STATEMENTS = "exchange.statements"

RETENTION = "exchange.retention"
CASES = "exchange.cases"
QUALITY = "exchange.quality"

JOBS = (
    Job(ANCHORS, "核验交换日志并为前一日签发锚定", cadence_of("daily 00:05")),
    Job(STATEMENTS, "生成前一日的对账单并送各方核对", cadence_of("daily 00:15")),
    Job(RETENTION, "删除保存期满的报文内容", cadence_of("daily 03:30")),
    Job(QUALITY, "检查名录库镜像和调查单位的代码与名称", cadence_of("daily 04:30")),
    Job(CASES, "提醒名录库交换岗处理未办结的差异", cadence_of("working days 08:30")),
)
