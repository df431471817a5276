"""What `make run` prints when all is ready."""

from __future__ import annotations

from services.sandbox.processes import System
from services.sandbox.programs import CALLED


def welcome(system: System, seconds: float) -> str:
    """Return the address, the demo accounts and what to try; `seconds` is how long the start took."""
    urls = system.urls
    lines = [
        "",
        f"统报 (Tongbao) is ready after {seconds:.0f} s",
        "",
        f"  Portal          {urls.get('portal', '-')}",
        f"  Public tables   {urls.get('portal', '')}/statistics   (for programs {urls.get('portal', '')}/published)",
        *(f"  API {name:<11} {urls[name]}/docs" for name in CALLED if name in urls),
        f"  Mails           {system.mail_folder}",
        f"  Logs            {system.root / 'logs'}   (make logs)",
        "",
        "Demo accounts (for this machine only; real ones must change their first password):",
        *(_account(account) for account in system.accounts()),
        f"  kept in {system.accounts_file}",
        "",
        "What to try:",
        f"  1. Sign up as a platform operator at {urls.get('portal', '')}; the activation code arrives as a mail.",
        "  2. Fill in the 注册信息表, print it, upload the five materials, submit.",
        "  3. As county.330106 (for a 注册地 in 杭州市西湖区, 330106) look at the documents and return one with a reason.",
        "  4. As the operator replace it and submit again; as the reviewer approve.",
        "  5. As directory see the delivery to the 名录库 and its signed receipt.",
        "  6. As ministry decide that the year is collected although the printed approval has ended; as the operator",
        "     file 企业1表 and 平台1表 from 待办填报, with evidence; as county.330106 return or approve them.",
        "  7. What county.330106 approved goes on to city.330100, province.330000 and ministry, each by 报表审核.",
        "",
        "Ctrl-C ends all; the data stays for the next start.",
    ]
    return "\n".join(lines)


def _account(account: dict[str, str]) -> str:
    place = account.get("division_name") or ""
    return f"  {account['username']:<18} {account.get('password') or '(as you set it)':<22} {account['role_label']} {place}".rstrip()
