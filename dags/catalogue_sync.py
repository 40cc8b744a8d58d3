"""
### Catalogue

**Does** every half hour: reads what changed in the inventory system's products (all of them once a day), brings
Amazon's listings up to them, and tells merchandising what listed products lack before an order finds out.

**Reads** products and attribute sets of the inventory system.
**Writes** the product index, the listings and exceptions; the ASIN attribute of a product only where the relationship
says so (`catalogue.write_asin`).

**By hand**: trigger it with a relationship to read it now, *whole* to read all products. With one relationship,
*entries* change its listings: `{"link": {"BP B000000MUG": "MUG"}}`, `{"unlink": ["BP B000000MUG"]}`,
`{"merge": {"BP B0OLD00000": "BP B0NEW00000"}}` where Amazon merged one ASIN into another, and
`{"state": {"BP B000000MUG": "cancelled"}}` (or `listed`, `not_listed`). All of it is done or nothing.

**When it fails**: nothing is lost, and orders are still matched by what was read last; the next run reads again from
there. A red `enter` names the entry that cannot be done; a red `read_products` or `write_codes` is an inventory system
that cannot be reached, an account whose calls are taken, or a setting; a red `settle` names relationships whose
products were never read to the end, so that their orders wait.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from include.orchestration import catalogue, house, intake

with DAG(
    "catalogue_sync",
    schedule="*/30 * * * *",
    start_date=house.START,
    catchup=False,
    max_active_runs=2,
    dagrun_timeout=timedelta(hours=2),
    default_args=house.default_args(timedelta(minutes=15)) | {"owner": "merchandising"},
    doc_md=__doc__,
    tags=["products", "merchandising"],
    params={
        "relationship": house.relationship_param(),
        "whole": Param(False, type="boolean", title="Whole", description="Read all products, not only what changed."),
        "entries": Param(
            None,
            type=["null", "object"],
            title="Entries",
            description="link, unlink, merge or state: changes to the listings of the one relationship named above.",
        ),
    },
) as dag:

    @task
    def relationships(params: dict[str, Any]) -> list[str]:
        return intake.relationship_names(params["relationship"])

    @task
    def enter(names: list[str], params: dict[str, Any], dag_run: Any) -> None:
        catalogue.enter(names, params["entries"] or {}, dag_run.triggering_user_name)

    @task
    def masters(names: list[str]) -> list[str]:
        return catalogue.masters(names)

    # Not in the account's pool: a whole reading waits for calls that nobody else needs, and must keep no order waiting.
    @task(
        trigger_rule="all_done",
        execution_timeout=timedelta(minutes=45),
        map_index_template="{{ task.op_kwargs['relationship'] }}",
    )
    def read_products(relationship: str, params: dict[str, Any]) -> dict[str, int]:
        return catalogue.read_products(relationship, whole=bool(params["whole"]))

    @task(trigger_rule="all_done")
    def follow_products(names: list[str]) -> dict[str, int]:
        return catalogue.follow_products(names)

    @task(pool=house.CIN7_POOL, trigger_rule="all_done")
    def write_codes(names: list[str]) -> dict[str, int]:
        return catalogue.write_codes(names)

    @task(trigger_rule="all_done")
    def examine(names: list[str]) -> dict[str, int]:
        return catalogue.examine(names)

    @task(trigger_rule="all_done")
    def settle(names: list[str], ti: Any) -> None:
        catalogue.settle(names, ti)

    chosen = relationships()
    entered = enter(chosen)
    read = read_products.expand(relationship=masters(chosen))
    entered >> read >> follow_products(chosen) >> write_codes(chosen) >> examine(chosen) >> settle(chosen)
