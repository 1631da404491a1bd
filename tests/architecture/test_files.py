"""How files are cut and named, and what none of them may do."""

import ast
import re
import subprocess

from source import FILES, PACKAGE, ROOT, functions, name_of, nodes_of, room_of

MOST_LINES = 400
LONGEST_BODY = 50
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc)($|_)", re.IGNORECASE)
SUBJECT_WORDS = re.compile(r"colou?rs?|rgb|hsv|hues?|red(ness)?|green(ness)?|blue(ness)?", re.IGNORECASE)
RUNS_WHAT_IS_READ = {"eval", "exec", "compile", "__import__"}
MODULES_THAT_RUN_WHAT_IS_READ = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


def test_a_file_is_not_too_long():
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, name_of(path)


def test_a_body_fits_on_a_page():
    for path in FILES:
        for function in functions(path):
            first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
            length = (function.end_lineno or first.lineno) - first.lineno + 1
            assert length <= LONGEST_BODY, f"{name_of(path)}:{function.lineno} {function.name} has {length} lines"


def test_a_name_says_what_it_is():
    for path in FILES:
        names = [part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts]
        names += [node.name for node in nodes_of(path) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        for name in names:
            snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
            assert not VAGUE.search(snake), f"{name_of(path)}: {name}"


def test_nothing_that_is_read_can_run():
    for path in FILES:
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in RUNS_WHAT_IS_READ, f"{name_of(path)}:{node.lineno}"
            if isinstance(node, ast.Import):
                brought = {alias.name.split(".")[0] for alias in node.names}
                assert not brought & MODULES_THAT_RUN_WHAT_IS_READ, f"{name_of(path)}:{node.lineno}"
            if isinstance(node, ast.ImportFrom):
                brought = {str(node.module).split(".")[0]}
                assert not brought & MODULES_THAT_RUN_WHAT_IS_READ, f"{name_of(path)}:{node.lineno}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) != ("torch", "load"), f"{name_of(path)}:{node.lineno}"
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                refused = isinstance(node.value, ast.Constant) and node.value.value is False
                assert refused, f"{name_of(path)}:{node.value.lineno}"


def test_the_engine_has_not_heard_of_colors():
    for path in FILES:
        if room_of(path) not in ("training", "core", "arrays"):
            continue
        nodes = nodes_of(path)
        names = [node.id for node in nodes if isinstance(node, ast.Name)]
        names += [node.attr for node in nodes if isinstance(node, ast.Attribute)]
        names += [node.arg for node in nodes if isinstance(node, ast.arg)]
        names += [node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        spoken = {word for name in names for word in re.split(r"_|(?<=[a-z])(?=[A-Z])", name)}
        assert not {word for word in spoken if SUBJECT_WORDS.fullmatch(word)}, name_of(path)


def test_no_two_files_of_tests_have_one_name():
    """Test files stand in no package, so pytest imports each by its name alone, and refuses a second one."""
    names = sorted(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert names == sorted(set(names))


def test_no_file_names_a_registry_or_somebodys_machine():
    # Written in parts, so that this file does not name them either.
    registries = ["pypi" + r"\.org", "python" + "hosted", "index" + "-url", "index" + "_url", r"//[^/\s]+:[^/\s]+@"]
    homes = ["/" + "work/", "/" + r"home/\w", "/" + r"root\b", "/" + r"Users/\w", r"C:\\" + "Users"]
    wanted = re.compile("|".join(registries + homes))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file() or b"\0" in path.read_bytes()[:4096]:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = wanted.search(line)
            assert found is None, f"{name}:{number} says {found and found[0]!r}"
