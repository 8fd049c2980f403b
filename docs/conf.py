"""How Sphinx builds the manual; `tools/manual.py` puts the pages together first."""

from corridor import __version__

project = "corridor"
author = "the authors of corridor"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"corridor {release}"
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
pygments_style = "friendly"
exclude_patterns = []
