"""`python -m tests.faults --seed S --faults N --report FILE`: plans of faults, and what the laws say after each.

The last line reads `N faults, N checks, N broken`; the exit code is 1 when anything is broken.
"""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from runtime.signals import interrupt_on_termination
from tests.faults.ground import ground
from tests.faults.plan import PER_PLAN
from tests.faults.report import written
from tests.faults.stage import AWAY_S
from tests.faults.suite import SESSION_S, PlanReport, run_plan, seeds


def main() -> int:
    options = _options()
    interrupt_on_termination()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that the broker is away is what is meant here
    reports: list[PlanReport] = []
    with ground() as servers:
        for seed, faults in seeds(options.seed, options.faults, options.per_plan):
            away_s = AWAY_S if reports else options.away
            plan = run_plan(servers, seed, faults, session_s=options.session, away_s=away_s, say=_say)
            reports.append(asyncio.run(plan))
            if options.report is not None:
                options.report.write_text(written(reports, options.session), encoding="utf-8")
    faults = sum(len(one.done) for one in reports)
    checks, broken = (sum(one.findings.total[i] for one in reports) for i in (0, 1))
    _say(f"{faults} faults, {checks} checks, {broken} broken")
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", default="1", help="what the plans follow from: letters, digits and hyphens")
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--per-plan", type=int, default=PER_PLAN, help="faults upon one register before it is checked")
    parser.add_argument("--session", type=int, default=SESSION_S, help="SIJILL_SESSION_TIMEOUT_S of the workers")
    parser.add_argument(
        "--away", type=float, default=AWAY_S, help="seconds for which the first plan's broker is away for long"
    )
    parser.add_argument("--report", type=Path, help="a Markdown file that is written after each plan")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
