"""Short templates, by hand and at random, for the semantics that real templates hardly touch."""
import random
import re

VARIABLES = {
    "n": 7, "z": 0, "neg": -3, "f": 2.5, "big": 1e16, "small": 1e-07, "one": 1.0, "yes": True,
    "no": False, "nil": None, "s": "Hello, Wörld", "e": "", "ws": " \t a b\n", "digits": "0042",
    "quote": "it's \"x\"\\\n\u2028é", "l": [3, 1, 2], "ls": ["b", "A", "c"], "mixed": [1, "a", None],
    "empty": [], "d": {"b": 1, "a": [1, {"k": "v"}], "items": "taken", "B": 2.0},
    "people": [{"name": "Zoë", "age": 3}, {"name": "adam", "age": 30, "tags": ["x"]},
               {"name": "Bob", "age": 3}],
    "messages": [{"role": "user", "content": "hi"}, {"role": "tool", "content": None}],
}

BLOCKS = """
{% set x = 1 %}{% for i in l %}{% set x = i %}{{ x }}{% endfor %}{{ x }}
{% set ns = namespace(c=0) %}{% for i in l %}{% set ns.c = ns.c + i %}{% endfor %}{{ ns.c }}
{% for i in l %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{% endfor %}
{% for i in l %}{{ loop.previtem }}-{{ loop.nextitem }} {{ loop.cycle('a', 'b') }}{{ loop.changed(i // 2) }}{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }};{% else %}none{% endfor %}
{% for i in empty %}x{% else %}none{% endfor %}{% for i in nowhere %}x{% else %}none{% endfor %}
{% for i in l if i > 1 %}{{ loop.index }}:{{ i }}{% else %}none{% endfor %}
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% macro m(a, b=2, c=a) %}[{{ a }}{{ b }}{{ c }}{{ varargs }}{{ kwargs }}]{% endmacro %}{{ m(1) }}{{ m(1, 3, 4, 5, z=6) }}
{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m() }}{{ m(a=3) }}{{ m(1, 2) }}
{% macro m(a) %}{{ caller(a) }}{% endmacro %}{% call(x) m('q') %}<{{ x }}>{% endcall %}
{% macro f(v) %}{% if v is mapping %}{ {%- for k in v %}{{ k }}:{{ f(v[k]) }},{% endfor -%} }{% else %}{{ v }}{% endif %}{% endmacro %}{{ f(d) }}
{% set q %}  a {{ n }} b {% endset %}[{{ q | trim }}]{% set u | upper %}abc{% endset %}{{ u }}
{% filter upper | replace('A', 'x') %}abc{{ n }}{% endfilter %}
{% with a = 1, b = n %}{{ a + b }}{% endwith %}{{ a }}
{% if no %}{% set t = 1 %}{% endif %}{{ t is defined }}{% if yes %}{% set t = 1 %}{% endif %}{{ t }}
{% if no %}{{ x | nosuchfilter }}{% endif %}ok
{{ x | nosuchfilter if no else 'ok' }}
{% for i in l %}{{ x | nosuchfilter }}{% endfor %}
{% set a, b = [1, 2] %}{{ a }}{{ b }}{% set (a, b), c = [[1, 2], 3] %}{{ a }}{{ b }}{{ c }}
{% set a, b = [1, 2, 3] %}
{% set l.x = 1 %}
{% set j = joiner(', ') %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{% set _ = c.reset() %}{{ c.current }}
{% raw %}{{ x }} {% if %}{% endraw %}|{{ n }}
a {#- c -#} b {# c #}
{# c #}
  {% if yes %}
    indented
  {%- endif %}
  {{ n }}  {%+ if yes %}x{% endif +%}
  tail
{%- for i in l -%}  {{ i }}  {%- endfor -%}  end
{% generation %}a{{ n }}{% set n = 9 %}{{ n }}{% endgeneration %}{{ n }}
{{ raise_exception('no ' ~ n) }}
{{ strftime_now('%d %b %Y %H:%M:%S %j %A %p %I %y %-d/%-m') }}
{% set x = l.append(1) %}
{{ d.update({'a': 1}) }}{{ d.pop('a') }}
{{ l.append is defined }}{{ d.update is defined }}{{ d.get is defined }}
{% do l %}
{% for a in d %}{{ a }}{% endfor %}{% for c in 'añ' %}[{{ c }}]{% endfor %}
{% for i in nil %}{% endfor %}
{% for i in 5 %}{% endfor %}
{% set ns = namespace() %}{% set ns.f = 1 %}{{ ns.f }}{{ ns.g is defined }}{{ ns.g }}
{% set x = 5 %}{% macro g() %}{{ x }}{% endmacro %}{% set x = 6 %}{{ g() }}
{% for x in l %}{% for y in l %}{{ loop.index }}{{ x }}{% endfor %}{{ loop.index }}{% endfor %}
{% for g in people | groupby('age') %}{{ g.grouper }}{{ g[0] }}:{{ g[1] | map(attribute='name') | join(',') }};{% endfor %}
""".strip().splitlines()

ATOMS = [
    "n", "z", "neg", "f", "big", "small", "one", "yes", "no", "nil", "s", "e", "ws", "digits",
    "quote", "l", "ls", "mixed", "empty", "d", "people", "nowhere", "1", "0", "-2", "3.0", "'a'",
    "'%s|%d'", "''", "[1, 'x', none]", "(1,)", "(1, 2)", "{'k': 1, 2: 'v'}", "true", "none",
    "d.a", "d['b']", "d.nokey", "l[0]", "l[-1]", "s[1]", "people[0].name", "range(3)",
    "1_000", "0x1f", "1e3", "'a' 'b'", "people[1]['tags']",
]
POSTFIXES = [
    "[0]", "[-1]", "[1:]", "[::-1]", "[:2]", "['a']", "[5]", ".a", ".split()", ".split(',')",
    ".split(' ', 1)", ".rsplit(none, 1)", ".strip()", ".strip('H ')", ".lstrip()", ".rstrip('\\n')",
    ".upper()", ".lower()", ".title()", ".capitalize()", ".swapcase()", ".startswith('H')",
    ".endswith(('d', 'x'))", ".replace('l', 'L', 1)", ".find('o')", ".rfind('l')", ".index('l')",
    ".isdigit()", ".isalpha()", ".isupper()", ".zfill(8)", ".center(9, '*')",
    ".ljust(6)", ".rjust(9)", ".join(ls)", ".splitlines()", ".partition(',')", ".rpartition('l')",
    ".items()", ".keys()", ".values()", ".get('a')", ".get('q', 5)", ".copy()", ".removeprefix('H')",
    ".format(1, a=2)", ".isspace()", ".islower()", ".isalnum()", ".istitle()", ".expandtabs(4)",
]
FILTERS = [
    "tojson", "tojson(indent=2)", "tojson(ensure_ascii=true)", "tojson(separators=(',', ':'))",
    "tojson(sort_keys=true)", "length", "trim", "trim('a')", "string", "default('x')",
    "default('x', true)", "list", "join", "join('-')", "join(',', attribute='name')", "first",
    "last", "upper", "lower", "capitalize", "title", "replace('a', 'b')", "items | list",
    "dictsort", "dictsort(by='value')", "dictsort(true)", "sort", "sort(reverse=true)",
    "sort(attribute='age') | list", "sort(attribute='age,name')", "unique | list", "reverse | list",
    "map('upper') | list", "map(attribute='name') | list", "map(attribute='tags', default=0) | list",
    "select | list", "select('string') | list", "reject('none') | list", "select('gt', 1) | list",
    "selectattr('tags') | list", "selectattr('age', 'equalto', 3) | list", "selectattr('tags', "
    "'defined') | list", "rejectattr('name', 'in', ['Bob']) | list", "int", "int(5)", "float",
    "abs", "round", "round(1)", "round(1, 'floor')", "min", "max", "sum", "sum(attribute='age')",
    "batch(2) | list", "batch(2, 'f') | list", "slice(2) | list", "indent", "indent(2, true)",
    "indent(1, blank=true)", "wordcount", "truncate(9)", "truncate(9, true, '')", "center(20)",
    "format(1, 2)", "count", "escape", "urlencode", "safe", "attr('a')", "random_unknown",
    "groupby('age') | list", "map('int') | sum", "max(attribute='age')",
]
TESTS = [
    "defined", "undefined", "none", "true", "false", "boolean", "string", "number", "integer",
    "float", "mapping", "sequence", "iterable", "callable", "odd", "even", "divisibleby(3)",
    "divisibleby 2", "eq 1", "equalto('a')", "ne(none)", "gt 1", "lt(2)", "ge 0", "le 5.5",
    "in [1, 'a', none]", "sameas none", "lower", "upper", "not defined", "not none", "in 'abc'",
]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in",
             "not in", "and", "or"]


def is_constant(source):
    """Whether Jinja2 may evaluate this when it compiles: it then slices numbers leniently."""
    return not any(name in VARIABLES for name in re.findall(r"\b[a-z]\w*", source))


def postfixes(source):
    return [p for p in POSTFIXES if ":" not in p or not is_constant(source)]


def expression(rng, depth):
    if depth == 0:
        return rng.choice(ATOMS)
    inner = expression(rng, depth - 1)
    kind = rng.randrange(10)
    if kind < 3:
        return f"({inner}){rng.choice(postfixes(inner))}"
    if kind < 6:
        return f"({inner} | {rng.choice(FILTERS)})"
    if kind < 8:
        other = expression(rng, rng.randrange(depth))
        return f"({inner} {rng.choice(OPERATORS)} {other})"
    if kind < 9:
        return f"({inner} is {rng.choice(TESTS)})"
    test = expression(rng, rng.randrange(depth))
    return rng.choice([f"({inner} if {test} else {rng.choice(ATOMS)})", f"(not {inner})",
                       f"({inner} if {test})", f"[{inner}, {test}]", f"-({inner})"])


def snippets(count, seed):
    rng = random.Random(seed)
    result = list(BLOCKS)
    for atom in ATOMS:
        result += ["{{ %s }}" % atom]
        result += ["{{ (%s)%s }}" % (atom, postfix) for postfix in postfixes(atom)]
        result += ["{{ %s | %s }}" % (atom, name) for name in FILTERS]
        result += ["{{ %s is %s }}" % (atom, test) for test in TESTS]
    return result + ["{{ %s }}" % expression(rng, rng.randint(1, 3)) for _ in range(count)]
