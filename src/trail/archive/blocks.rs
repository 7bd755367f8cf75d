//! Where braces stand outside of strings, 64 bytes at a time.
//!
//! This is all that reading an archive needs beyond inflating it and looking for a text, so it is written for the
//! vector registers of x86-64. All `unsafe` of the program is two calls in this file.

/// How many bytes a mark speaks for: one bit each.
pub(super) const BLOCK: usize = 64;

/// How many blocks are marked at once.
pub(super) const BATCH: usize = 64;

/// The instructions that marks are made with. Whichever it is, the marks are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes(Width);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    /// 32 bytes; made by [`Lanes::detect`] only, where the processor has AVX2 and BMI1.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 16 bytes, which every x86-64 has.
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// 8 bytes in an ordinary register.
    Word,
}

impl Lanes {
    /// The widest that this machine has.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
            return Self(Width::Avx2);
        }
        Self::baseline()
    }

    /// What every machine of this architecture has.
    pub fn baseline() -> Self {
        #[cfg(target_arch = "x86_64")]
        return Self(Width::Sse2);
        #[cfg(not(target_arch = "x86_64"))]
        return Self::portable();
    }

    /// What every machine has.
    pub fn portable() -> Self {
        Self(Width::Word)
    }

    /// Marks the braces outside of strings in each block, and with them the seldom `|`, `~` and delete, which share
    /// their high bits.
    pub(super) fn mark(self, blocks: &[[u8; BLOCK]], carry: &mut Carry, marks: &mut [u64; BATCH]) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(
                unsafe_code,
                reason = "`detect` has asked the processor for these, and nothing else makes `Avx2`"
            )]
            Width::Avx2 => unsafe { x86::mark_avx2(blocks, carry, marks) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "SSE2 is part of x86-64")]
            Width::Sse2 => unsafe { x86::mark_sse2(blocks, carry, marks) },
            Width::Word => mark_all(blocks, carry, marks, word::signs),
        }
    }
}

/// What a block leaves to the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Carry {
    /// All ones within a string.
    in_string: u64,
    /// 1 behind a backslash that escapes.
    escaped: u64,
}

impl Carry {
    /// Whether the text ends within a string.
    pub(super) fn is_in_string(self) -> bool {
        self.in_string != 0
    }
}

/// The signs of one block, a bit for each byte.
struct Signs {
    quotes: u64,
    backslashes: u64,
    braces: u64,
}

#[inline(always)]
fn mark_all(
    blocks: &[[u8; BLOCK]],
    carry: &mut Carry,
    marks: &mut [u64; BATCH],
    signs: impl Fn(&[u8; BLOCK]) -> Signs,
) {
    let Carry { mut in_string, mut escaped } = *carry;
    for (block, mark) in blocks.iter().zip(marks) {
        let Signs { quotes, backslashes, braces } = signs(block);
        let quotes = quotes & !escapes(backslashes, &mut escaped);
        let inside = parities(quotes) ^ in_string;
        in_string = 0_u64.wrapping_sub(inside >> 63);
        *mark = braces & !inside;
    }
    *carry = Carry { in_string, escaped };
}

/// The bytes behind a backslash that is not itself escaped.
///
/// A run of backslashes escapes every second byte from its start. Subtracting the starts from a pattern of odd bits
/// carries through each run and leaves the parity at its end; Source: Langdale and Lemire, Parsing Gigabytes of JSON
/// per Second, section 3.1.1.
#[inline(always)]
fn escapes(backslashes: u64, escaped: &mut u64) -> u64 {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    let before = std::mem::take(escaped);
    if backslashes == 0 {
        return before;
    }
    let starts = backslashes & !before;
    let pattern = ((starts << 1) | ODD).wrapping_sub(starts) ^ ODD;
    *escaped = (pattern & backslashes) >> 63;
    pattern ^ (backslashes | before)
}

/// For each bit, whether the bits up to it are odd in number.
#[inline(always)]
fn parities(bits: u64) -> u64 {
    let mut sums = bits;
    for shift in [1, 2, 4, 8, 16, 32] {
        sums ^= sums << shift;
    }
    sums
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set_epi64x, _mm256_set1_epi8,
    };

    use super::{BATCH, BLOCK, Carry, Signs, mark_all};

    #[target_feature(enable = "sse2")]
    pub(super) fn mark_sse2(blocks: &[[u8; BLOCK]], carry: &mut Carry, marks: &mut [u64; BATCH]) {
        mark_all(blocks, carry, marks, |block| signs_sse2(block));
    }

    #[target_feature(enable = "avx2,bmi1")]
    pub(super) fn mark_avx2(blocks: &[[u8; BLOCK]], carry: &mut Carry, marks: &mut [u64; BATCH]) {
        mark_all(blocks, carry, marks, |block| signs_avx2(block));
    }

    fn quad(bytes: [u8; 8]) -> i64 {
        i64::from_le_bytes(bytes)
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn signs_sse2(block: &[u8; BLOCK]) -> Signs {
        let (quote, backslash, below) = (_mm_set1_epi8(0x22), _mm_set1_epi8(0x5C), _mm_set1_epi8(0x7A));
        let lanes = quarters(block).map(|[low, high]| _mm_set_epi64x(quad(high), quad(low)));
        let bits = |lanes: [__m128i; 4]| {
            let [a, b, c, d] = lanes.map(|lane| u64::from(_mm_movemask_epi8(lane).cast_unsigned()));
            a | b << 16 | c << 32 | d << 48
        };
        let slashes = lanes.map(|lane| _mm_cmpeq_epi8(lane, backslash));
        let [a, b, c, d] = slashes;
        let any = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)));
        Signs {
            quotes: bits(lanes.map(|lane| _mm_cmpeq_epi8(lane, quote))),
            backslashes: if any == 0 { 0 } else { bits(slashes) },
            braces: bits(lanes.map(|lane| _mm_cmpgt_epi8(lane, below))),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn signs_avx2(block: &[u8; BLOCK]) -> Signs {
        let (quote, backslash) = (_mm256_set1_epi8(0x22), _mm256_set1_epi8(0x5C));
        let below = _mm256_set1_epi8(0x7A);
        let [[a, b], [c, d], [e, f], [g, h]] = quarters(block);
        let low = _mm256_set_epi64x(quad(d), quad(c), quad(b), quad(a));
        let high = _mm256_set_epi64x(quad(h), quad(g), quad(f), quad(e));
        let bits = |low: __m256i, high: __m256i| {
            let half = |lane| u64::from(_mm256_movemask_epi8(lane).cast_unsigned());
            half(low) | half(high) << 32
        };
        let slashes = (_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(high, backslash));
        let any = _mm256_movemask_epi8(_mm256_or_si256(slashes.0, slashes.1));
        Signs {
            quotes: bits(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote)),
            backslashes: if any == 0 { 0 } else { bits(slashes.0, slashes.1) },
            braces: bits(_mm256_cmpgt_epi8(low, below), _mm256_cmpgt_epi8(high, below)),
        }
    }

    /// A block in four times two times eight bytes, so that a register is filled without a pointer.
    #[inline(always)]
    fn quarters(block: &[u8; BLOCK]) -> [[[u8; 8]; 2]; 4] {
        let mut quarters = [[[0; 8]; 2]; 4];
        for (to, from) in quarters.as_flattened_mut().iter_mut().zip(block.as_chunks().0) {
            *to = *from;
        }
        quarters
    }
}

/// The same in ordinary registers: eight bytes are compared at once by arithmetic that does not carry between them.
mod word {
    use super::{BLOCK, Signs};

    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = LOW << 7;

    pub(super) fn signs(block: &[u8; BLOCK]) -> Signs {
        let mut signs = Signs { quotes: 0, backslashes: 0, braces: 0 };
        for (at, bytes) in block.as_chunks().0.iter().enumerate() {
            let word = u64::from_le_bytes(*bytes);
            signs.quotes |= gather(equal(word, b'"')) << (at * 8);
            signs.backslashes |= gather(equal(word, b'\\')) << (at * 8);
            signs.braces |= gather(!word & ((word & !HIGH) + LOW * 5)) << (at * 8);
        }
        signs
    }

    /// The high bit of each byte that is this one.
    fn equal(word: u64, byte: u8) -> u64 {
        let other = word ^ (LOW * u64::from(byte));
        !(((other & !HIGH) + !HIGH) | other)
    }

    /// The eight high bits, side by side.
    fn gather(word: u64) -> u64 {
        ((word & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The same, byte by byte.
    fn naive(text: &[u8]) -> Vec<u64> {
        let (mut in_string, mut escaped) = (false, false);
        let mut marks = vec![0; text.len() / BLOCK];
        for (at, &byte) in text.iter().enumerate() {
            let is_escaped = escaped;
            escaped = byte == b'\\' && !is_escaped;
            in_string ^= byte == b'"' && !is_escaped;
            if (0x7B..0x80).contains(&byte) && !in_string {
                marks[at / BLOCK] |= 1 << (at % BLOCK);
            }
        }
        marks
    }

    fn marked(lanes: Lanes, text: &[u8]) -> Vec<u64> {
        let mut carry = Carry::default();
        let blocks = text.as_chunks::<BLOCK>().0;
        let batches = blocks.chunks(BATCH).flat_map(|batch| {
            let mut marks = [0; BATCH];
            lanes.mark(batch, &mut carry, &mut marks);
            marks[..batch.len()].to_vec()
        });
        batches.collect()
    }

    proptest! {
        #[test]
        fn every_width_marks_what_a_loop_over_bytes_marks(
            text in vec(prop_oneof![
                4 => prop::sample::select(br#""\{}|~x"#.to_vec()),
                1 => any::<u8>(),
            ], 0..1_000),
        ) {
            let text = &text[..text.len() / BLOCK * BLOCK];
            let expected = naive(text);
            for lanes in [Lanes::detect(), Lanes::baseline(), Lanes::portable()] {
                prop_assert_eq!(marked(lanes, text), expected.clone(), "{:?}", lanes);
            }
        }
    }
}
