//! Chance that can be repeated.

use std::fmt::Write;

/// Numbers that look like chance: the same for the same start. Source: Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators".
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Whether something happens that happens so many times in a thousand.
    pub fn chance(&mut self, in_a_thousand: u64) -> bool {
        self.below(1_000) < in_a_thousand
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let at = self.below(of.len() as u64) as usize;
        of[at]
    }

    pub fn digit(&mut self) -> char {
        char::from(self.pick(b"0123456789abcdef"))
    }

    /// Letters and digits as in the identifiers of AWS.
    pub fn letters(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(self.pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))).collect()
    }

    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let mut text = String::with_capacity(36);
        let parts = [
            (high >> 32, 8),
            (high >> 16 & 0xFFFF, 4),
            (high & 0xFFF | 0x4000, 4),
            (low >> 48 & 0x3FFF | 0x8000, 4),
            (low & 0xFFFF_FFFF_FFFF, 12),
        ];
        for (at, (part, width)) in parts.into_iter().enumerate() {
            let dash = if at > 0 { "-" } else { "" };
            write!(text, "{dash}{part:0width$x}").unwrap();
        }
        text
    }
}
