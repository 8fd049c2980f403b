"""The screen in the room: a case kept warm behind a page in the browser, on this machine alone."""
