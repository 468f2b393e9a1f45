"""Texts with special meaning in Markdown, HTML, templates, figures, tables or on a terminal."""

MARKUP = (
    "[Session expired, log in](https://evil.example/a)",
    "![](https://evil.example/b.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<b>bold</b><a href='https://evil.example/c'>link</a><br>",
    "</title></style></script><h1>x",
    "https://evil.example/d www.evil.example me@evil.example",
    "<https://evil.example/e>",
    ":streamlit: :material/skull: :joy: :red[red] :blue-badge[x] :small",
    "# heading",
    "> quote",
    "- item",
    "1. item",
    "*a* **b** _c_ __d__ ~~e~~ `f` $x^2$ $$y$$",
    "a -> b <- c -- d >= e",
    "&lt;b&gt; &amp; &#60;",
    "a | b",
    "%{x} {y} {0} %s",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "]](x) \\",
    "```\ncode",
    "=1+1",
    "'; DROP TABLE runs; --",
    "\"quoted\" 'twice'",
)
BIDI = "safe\u202egpj.exe"
INVISIBLE = ("\u200b", "\u2060\u2060", "\u3164", "\ufeff \u00ad", "\u202e")
