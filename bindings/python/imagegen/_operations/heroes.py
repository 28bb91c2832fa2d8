"""What each typed method of heroes asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._documents import HeroProgress, HeroResult
from .._drain import Drain
from .._plan import Plan, as_list, as_object, plan, with_files
from .._types import JsonObject


def heroes_generate(
    work_item_id: str,
    *,
    lifestyle_pack: JsonObject | str | None = None,
    shot_ids: Sequence[str] | None = None,
    dry_run: bool | None = None,
    overwrite: bool | None = None,
    user: str | None = None,
    budget: float | None = None,
    fresh: bool | None = None,
    prompt_template: str | None = None,
    allow_unknown_price: bool | None = None,
    buy_again_when_unknown: bool | None = None,
    contact_sheet: bool | None = None,
    drain: Drain | None = None,
    timeout: float | None = None,
    on_progress: Callable[[HeroProgress], object] | None = None,
) -> Plan[HeroResult]:
    """Makes the lifestyle heroes of a work item: one master a shot, cut into every size of its pack.

    :param lifestyle_pack: Of version 2; absent: the runtime's are asked.
    :param shot_ids: Only these shots; none: all of the pack.
    :param dry_run: Plan and price only; buy and write nothing.
    :param overwrite: Make files again that exist, from the kept masters.
    :param user: The user's id, for budgets and limits.
    :param budget: US dollars; a higher estimate is refused.
    :param fresh: Buy new masters in place of kept ones; implies overwrite.
    :param prompt_template: In place of the one that is built in.
    :param allow_unknown_price: Under a budget, buy also what has no known price.
    :param buy_again_when_unknown: Buy again what a run that was cut off may have bought; it may then be paid twice.
    :param contact_sheet: Also a page and a picture of all files.
    :param drain: Requested: nothing more is begun, and what was begun is finished.
    """
    request = {
        "workItemId": work_item_id,
        "lifestylePack": as_object(lifestyle_pack),
        "shotIds": as_list(shot_ids),
        "dryRun": dry_run,
        "overwrite": overwrite,
        "user": user,
        "budget": budget,
        "fresh": fresh,
        "promptTemplate": prompt_template,
        "allowUnknownPrice": allow_unknown_price,
        "buyAgainWhenUnknown": buy_again_when_unknown,
        "contactSheet": contact_sheet,
    }
    return plan(
        "heroes.generate",
        with_files(("contactSheet.html", True), ("contactSheet.png", False)),
        request,
        timeout,
        (),
        on_progress,
        drain,
    )
