"""A script and the modules that it imports become one file that does the same."""

import pytest

from survey.web.joining import joined, modules_of

SOURCES = {
    "page.js": """import { add } from "./sum.js";
import { say } from "./words.js";
say(add(1));
""",
    "words.js": """import { add } from "./sum.js";
export const say = (n) => add(n);
const own = 1;
""",
    "sum.js": "let calls = 0;\nexport function add(n) {\n  return n + ++calls;\n}\n",
    "later.js": 'export { add } from "./sum.js";\nexport const two = 2;\n',
}


def test_a_module_comes_once_and_before_all_that_need_it() -> None:
    script = joined("page.js", SOURCES)
    assert script.count("let calls") == 1
    assert (
        script.index("const $sum =") < script.index("const $words =") < script.index("say(add(1))")
    )


def test_what_a_module_keeps_to_itself_stays_in_its_function() -> None:
    script = joined("page.js", SOURCES)
    assert "return { say };" in script
    assert "return { add };" in script
    assert "const { add } = $sum;\nconst { say } = $words;\nsay(add(1));" in script


def test_a_script_exports_what_it_exported_and_what_it_passes_on() -> None:
    script = joined("later.js", SOURCES)
    assert "export const { add } = $sum;" in script
    assert "export const two = 2;" in script


def test_a_script_alone_stays_as_it_is() -> None:
    assert joined("sum.js", SOURCES) == SOURCES["sum.js"]


def test_the_modules_of_a_script_are_those_it_imports_at_once_or_through_others() -> None:
    assert modules_of("page.js", SOURCES) == {"page.js", "words.js", "sum.js"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.js", 'import "./sum.js";'),
        ("page.js", 'import * as sum from "./sum.js";'),
        ("page.js", 'import { add as plus } from "./sum.js";'),
        ("page.js", 'export * from "./sum.js";'),
        ("sum.js", "export default 1;"),
        ("sum.js", "export let calls = 0;"),
        ("sum.js", "const add = 1;\nexport { add };"),
        ("words.js", 'export { add } from "./sum.js";'),
    ],
)
def test_another_form_of_import_or_export_is_refused(name, text) -> None:
    with pytest.raises(ValueError, match="cannot join"):
        joined("page.js", SOURCES | {name: text})
