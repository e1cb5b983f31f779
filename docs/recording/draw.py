"""Draws a terminal session, read from standard input with its colours, as an SVG."""

import io
import re
import sys

from rich.console import Console
from rich.text import Text

console = Console(record=True, width=112, file=io.StringIO(), force_terminal=True, color_system="truecolor")
for line in sys.stdin.read().rstrip("\n").split("\n"):
    console.print(Text.from_ansi(line))

svg = console.export_svg(title="trimtab", unique_id="trimtab")
# Without the fonts that it would fetch: where a page shows an image, the image fetches nothing.
sys.stdout.write(re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL))
