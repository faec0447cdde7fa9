"""A company's media from the command line."""

from pathlib import Path

from tests.cli.command import Command
from tests.content.files import HTML, PDF, picture


def test_files_become_the_company_s_media(portico: Command, tmp_path: Path) -> None:
    (tmp_path / "list.pdf").write_bytes(PDF)
    (tmp_path / "red.png").write_bytes(picture(40, 40))
    (tmp_path / "page.png").write_bytes(HTML)
    files = [str(tmp_path / name) for name in ("list.pdf", "red.png")]
    added = portico("media", "add", *files, "--company", "acme", "--category", "Prices", "--json").value
    assert [(one["title"], one["kind"]) for one in added] == [("list.pdf", "pdf"), ("red.png", "image")]
    listed = portico("media", "list", "--company", "acme", "--json").value
    assert [(one["title"], one["whose"]) for one in listed] == [("red.png", "company"), ("list.pdf", "company")]
    refused = portico("media", "add", str(tmp_path / "page.png"), "--company", "acme")
    assert (refused.code, refused.err) == (1, "portico: This is no picture, video, sound or PDF that can be shown.")
    assert portico("media", "add", *files, "--company", "acme", "--title", "Two").code == 2
    assert len(portico("media", "list", "--company", "acme", "--json").value) == 2
