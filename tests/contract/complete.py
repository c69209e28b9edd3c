"""Holds generated clients against the document: no operation may be missing. DOCUMENT, then directories."""

import json
import re
import sys
from pathlib import Path

document = json.loads(Path(sys.argv[1]).read_text())
operations = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]


def plain(name: str) -> str:
    return name.replace("_", "").lower()


for directory in map(Path, sys.argv[2:]):
    words: set[str] = set()
    for file in directory.rglob("*"):
        if file.suffix in {".cs", ".go", ".java", ".py", ".rs", ".ts"}:
            words.add(plain(file.stem))
            words.update(plain(word) for word in re.findall(r"\w+", file.read_text()))
    missing = [operation for operation in operations if plain(operation) not in words]
    assert not missing, f"{directory}: no {missing}"
print(f"{len(operations)} operations in each of {len(sys.argv) - 2} clients")
