import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "house_words"

# Put together here, so that the check does not find this file.
UNFINISHED = "TO" + "DO"
OUR_MACHINE = "/" + "work/main"
SCRATCH = "/" + "tmp/x"
REGISTRY = "https://" + "pypi.org/simple"


@pytest.mark.parametrize("path", ["docs/a.md", "dev/a.py", "Makefile", ".ci/run", "macros/a.yml"])
@pytest.mark.parametrize("word", [UNFINISHED, OUR_MACHINE, SCRATCH, REGISTRY])
def test_a_house_word_is_reported_in_any_text(find: Find, path: str, word: str) -> None:
    assert [each.line for each in find(CHECK, {path: f"# one\n# see {word}\n"})] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "see docs" + OUR_MACHINE,
        "${HERE}" + SCRATCH,
        "https://example.com" + SCRATCH,
        "pypi names the wheel dbt-run-ledger",
        "mastodons and " + UNFINISHED.lower(),
        f"{SCRATCH}  house_words: the socket's own place",
    ],
)
def test_what_only_looks_like_one_passes(find: Find, text: str) -> None:
    assert find(CHECK, {"docs/a.md": text}) == []


@pytest.mark.parametrize("path", ["seeds/a.csv", ".venv/a.py", "target/a.sql", "LICENSE"])
def test_what_is_not_ours_to_word_is_left_out(find: Find, path: str) -> None:
    assert find(CHECK, {path: UNFINISHED}) == []


def test_what_git_ignores_is_left_out(find: Find, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    files = {".gitignore": "scratch/\n", "scratch/a.md": UNFINISHED, "a.md": UNFINISHED}
    assert [problem.path for problem in find(CHECK, files)] == ["a.md"]


@pytest.mark.parametrize(
    "handler",
    [
        "except Exception:",
        "except BaseException as e:",
        "except (ValueError, Exception):",
        "except:",
    ],
)
@pytest.mark.parametrize("body", ["pass", "...", "'so what'"])
def test_an_error_caught_and_forgotten_is_reported(find: Find, handler: str, body: str) -> None:
    text = f"try:\n    x()\n{handler}\n    {body}\n"
    assert [each.line for each in find(CHECK, {"dev/a.py": text})] == [3]


def test_suppressing_everything_is_reported(find: Find) -> None:
    text = "with contextlib.suppress(Exception):\n    x()\n"
    assert len(find(CHECK, {"dev/a.py": text})) == 1


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    x()\nexcept OSError:\n    pass\n",
        "try:\n    x()\nexcept Exception:\n    log()\n",
        "with contextlib.suppress(OSError):\n    x()\n",
        "def broken(:\n",
    ],
)
def test_an_error_that_is_named_or_handled_passes(find: Find, text: str) -> None:
    assert find(CHECK, {"dev/a.py": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "do $$ begin end $$",
        "do $body$ begin end $body$",
        "{{ '$$' }}",
        "{{ fromjson(x, {}) }}",
        "{{ fromjson(f(a, b), none) }}",
        '{{ "{:.2f}".format(x) }}',
        '{{ "{0:>3}".format(x) }}',
        "{{ modules.itertools.chain(a, b) }}",
        "{{ target.threads }}",
    ],
)
@pytest.mark.parametrize("path", ["macros/x.sql", "models/x.sql", "analyses/x.sql"])
def test_what_dbt_v2_cannot_do_is_reported(find: Find, path: str, text: str) -> None:
    assert {each.line for each in find(CHECK, {path: "\n" + text})} == {2}


@pytest.mark.parametrize(
    "text",
    [
        "{# never $$, nor target.threads #}",
        "-- never $$\nselect 1",
        "{{ fromjson(x) }}",
        "{{ fromjson(f(a, b)), c }}",
        '{{ "{}".format(x) }}',
        '{{ "%.2f" % x }}',
        "{{ modules.datetime.datetime.now() }}",
        "select '$1', '$2'",
    ],
)
def test_what_it_can_do_passes(find: Find, text: str) -> None:
    assert find(CHECK, {"macros/x.sql": text}) == []
