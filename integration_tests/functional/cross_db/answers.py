"""Ask a run-operation of the project `primitives` and read its one line of JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from integration_tests.functional.harness.project import Project


def answers_of(project: Project, operation: str, **args: Any) -> dict[str, Any]:
    result = project.dbt("run-operation", operation, "--args", json.dumps(args))
    found = re.search(r"ANSWERS (\{.*\})", result.output)
    assert found, result
    answers: dict[str, Any] = json.loads(found[1])
    return answers
