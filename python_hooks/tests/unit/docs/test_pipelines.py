"""Pipelines, this repository's and those of the recipes, are what GitHub and GitLab read: by the
schemas that check-jsonschema brings, so without a network.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from integration_tests.functional.docs.pages import block
from integration_tests.functional.harness.keeper import ROOT

PAGE = "docs/recipes.md"
GITHUB = ("--builtin-schema", "vendor.github-workflows")
GITLAB = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")


def refusal(schema: tuple[str, ...], *files: Path) -> str:
    """What is wrong with them, nothing when they are right."""
    ended = CliRunner().invoke(check_jsonschema, [*schema, *map(str, files)])
    return ended.output if ended.exit_code else ""


def test_the_workflows_of_this_repository() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert workflows
    assert refusal(GITHUB, *workflows) == ""


# What a slip of the pen would make of each: the schema is to see it.
@pytest.mark.parametrize(
    ("heading", "schema", "right", "wrong"),
    [
        ("GitHub Actions", GITHUB, "runs-on:", "runs_on:"),
        ("GitHub Actions", GITHUB, "on:\n", "off:\n"),
        ("GitLab CI", GITLAB, "after_script:", "after-script:"),
        ("GitLab CI", GITLAB, "when: always", "when: ever"),
    ],
)
def test_the_recipes(
    tmp_path: Path, heading: str, schema: tuple[str, ...], right: str, wrong: str
) -> None:
    text = block(PAGE, heading, "yaml")
    file = tmp_path / "pipeline.yml"
    file.write_text(text)
    assert refusal(schema, file) == ""
    assert right in text
    file.write_text(text.replace(right, wrong, 1))
    assert "Schema validation errors" in refusal(schema, file)
