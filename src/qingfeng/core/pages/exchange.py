"""A list as a spreadsheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from qingfeng.core import exchange
from qingfeng.core import ledger as ledgers
from qingfeng.core.pages.views import actor_of, query_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def export(request: HttpRequest, key: str) -> HttpResponse:
    """Everything the list shows under its present conditions, within the reader's reach."""
    ledger, actor = ledgers.get(key), actor_of(request)
    content = exchange.export(ledger, actor, query_of(request, ledger))
    name = f"{ledger.key}-{timezone.localdate():%Y%m%d}.xlsx"
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
