"""The sentences of screen and page in other languages: one file each, looked up by the English text."""

from corridor.words.speak import LANGUAGES, heard, page_in, speaking, spoken, together

__all__ = ["LANGUAGES", "heard", "page_in", "speaking", "spoken", "together"]
