"""Writes the document with the family of problems at its first refusal only: DOCUMENT.

A linter that puts a schema wherever it is referred to would look at the same family a hundred times, for minutes each.
That every example is one of the family is held by the service's own tests.
"""

import json
import sys
from pathlib import Path
from typing import Any

FAMILY = {"$ref": "#/components/schemas/Problem"}
seen = False


def visit(part: Any) -> None:
    global seen
    if isinstance(part, dict):
        problem = part.get("application/problem+json")
        if isinstance(problem, dict) and problem.get("schema") == FAMILY:
            if seen:
                problem["schema"] = {"type": "object"}
            seen = True
        for one in part.values():
            visit(one)
    elif isinstance(part, list):
        for one in part:
            visit(one)


document = json.loads(Path(sys.argv[1]).read_text())
visit(document)
json.dump(document, sys.stdout)
