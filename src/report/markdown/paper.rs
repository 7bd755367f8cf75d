//! What Markdown is written on: paper that may end.

use std::io::{self, Write};

/// How many bytes are kept for the sentence that says what is left out.
const KEPT: usize = 512;

/// How a page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The level of the title.
    pub heading: usize,
    /// Whether long lists are folded.
    pub folded: bool,
    /// How many bytes there may be; none for as many as it takes.
    pub limit: Option<usize>,
}

/// Writes sections and rows for as long as there is room, and counts the rows that are left out.
pub(super) struct Paper<'a> {
    out: &'a mut dyn Write,
    form: Form,
    room: Option<usize>,
    left_out: u64,
}

/// What rows stand in: what goes before the first of them, and behind the last.
pub(super) struct Frame {
    pub(super) head: String,
    pub(super) tail: String,
}

impl<'a> Paper<'a> {
    pub(super) fn new(out: &'a mut dyn Write, form: Form) -> Self {
        Self { out, form, room: form.limit.map(|limit| limit.saturating_sub(KEPT)), left_out: 0 }
    }

    /// A heading so far below the title.
    pub(super) fn heading(&self, below: usize, text: &str) -> String {
        format!("{} {text}\n\n", "#".repeat(self.form.heading + below))
    }

    /// A section whose rows may be folded away under its title.
    pub(super) fn frame(&self, below: usize, title: &str, head: &str) -> Frame {
        if self.form.folded {
            let head = format!("<details>\n<summary>{title}</summary>\n\n{head}");
            Frame { head, tail: "\n</details>\n\n".to_owned() }
        } else {
            Frame { head: format!("{}{head}", self.heading(below, title)), tail: "\n".to_owned() }
        }
    }

    /// Writes a text whole, or nothing of it.
    pub(super) fn block(&mut self, text: &str) -> io::Result<()> {
        if self.takes(text.len()) { self.put(text) } else { Ok(()) }
    }

    /// Writes rows in their frame, as many as there is room for; no frame without a row. Once one is left out, so is
    /// everything behind it, so that what stands there is the worst.
    pub(super) fn rows(&mut self, frame: &Frame, rows: impl Iterator<Item = String>) -> io::Result<()> {
        let mut is_open = false;
        for row in rows {
            let opening = if is_open { 0 } else { frame.head.len() };
            if !self.takes(opening + row.len() + frame.tail.len()) {
                self.left_out += 1;
                continue;
            }
            if !is_open {
                self.put(&frame.head)?;
                is_open = true;
            }
            self.put(&row)?;
        }
        if is_open { self.put(&frame.tail) } else { Ok(()) }
    }

    /// Says what was left out.
    pub(super) fn end(self) -> io::Result<()> {
        let limit = self.form.limit.unwrap_or_default();
        match self.left_out {
            0 => Ok(()),
            rows => writeln!(
                self.out,
                "**{rows} more rows are left out, since there is room for {limit} bytes.** \
                 `--output markdown=FILE` writes all of them."
            ),
        }
    }

    fn takes(&self, bytes: usize) -> bool {
        self.left_out == 0 && self.room.is_none_or(|room| bytes <= room)
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.room = self.room.map(|room| room.saturating_sub(text.len()));
        self.out.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<usize>) -> String {
        let mut bytes = Vec::new();
        let mut paper = Paper::new(&mut bytes, Form { heading: 1, folded: true, limit });
        let frame = paper.frame(1, "rows", "head\n");
        paper.rows(&frame, (0..100).map(|row| format!("row {row:02}\n"))).unwrap();
        let frame = paper.frame(1, "more", "head\n");
        paper.rows(&frame, std::iter::once("x\n".to_owned())).unwrap();
        paper.end().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_page_ends_at_a_whole_row_and_says_so() {
        let whole = page(None);
        assert!(whole.contains("row 99\n") && whole.ends_with("x\n\n</details>\n\n"), "{whole}");
        for limit in (500..2000).step_by(7) {
            let cut = page(Some(limit));
            assert!(cut.len() <= limit, "{} of {limit}", cut.len());
            let rows = cut.lines().filter(|line| line.starts_with("row ") || *line == "x").count();
            if rows < 101 {
                let left_out = format!("**{} more rows are left out", 101 - rows);
                assert!(cut.contains(&left_out), "{limit}: {cut}");
            }
            assert_eq!(cut.matches("<details>").count(), cut.matches("</details>").count());
        }
    }
}
