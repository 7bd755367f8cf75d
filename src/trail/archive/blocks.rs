//! Where braces stand outside of strings, 64 bytes at a time.
//!
//! This is all that reading an archive needs beyond inflating it and looking for a text, so it is written for the
//! vector registers of x86-64. All `unsafe` of the program is three calls in this file, of functions that are safe on
//! a processor with the instructions that they are compiled for.

/// How many bytes a mark speaks for: one bit each.
pub(super) const BLOCK: usize = 64;

/// How many blocks are marked at once.
pub(super) const BATCH: usize = 64;

/// The instructions that marks are made with. Whichever it is, the marks are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes(Width);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    /// 64 bytes; made by [`Lanes::detect`] only, where the processor has AVX-512 for bytes and what came before.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// 32 bytes; made by [`Lanes::half`] only, where the processor has AVX2 and what came before.
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
        if Self::has_avx2() && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
            return Self(Width::Avx512);
        }
        Self::half()
    }

    /// The widest but one, which machines without AVX-512 have.
    pub fn half() -> Self {
        #[cfg(target_arch = "x86_64")]
        if Self::has_avx2() {
            return Self(Width::Avx2);
        }
        Self::baseline()
    }

    #[cfg(target_arch = "x86_64")]
    fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("popcnt")
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

    /// Counts braces outside of strings, and marks them in those blocks in which fewer than [`LEVEL`] may be open.
    pub(super) fn mark(self, blocks: &[[u8; BLOCK]], carry: &mut Carry, marked: &mut Marked) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "`detect` has asked the processor")]
            Width::Avx512 => unsafe { x86::mark_avx512(blocks, carry, marked) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "`half` has asked the processor")]
            Width::Avx2 => unsafe { x86::mark_avx2(blocks, carry, marked) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "SSE2 is part of x86-64")]
            Width::Sse2 => unsafe { x86::mark_sse2(blocks, carry, marked) },
            Width::Word => mark_all(blocks, carry, marked, word::signs, parities, count_slowly),
        }
    }
}

/// Braces matter where fewer than this many are open before or behind them: those of a list, and of its elements.
pub(super) const LEVEL: i64 = 2;

/// What a block leaves to the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Carry {
    /// All ones within a string.
    in_string: u64,
    /// 1 behind a backslash that escapes.
    escaped: u64,
    /// How many braces are open.
    pub(super) depth: i64,
}

impl Carry {
    /// Outside of strings, with so many open braces.
    pub(super) fn at(depth: i64) -> Self {
        Self { depth, ..Self::default() }
    }

    /// Whether the text ends within a string.
    pub(super) fn is_in_string(self) -> bool {
        self.in_string != 0
    }
}

/// The blocks of a batch that matter.
pub(super) struct Marked {
    filled: usize,
    marks: [Marks; BATCH],
}

/// A block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Which one it is.
    pub(super) block: usize,
    /// A bit for each brace outside of strings. There may be one for `|`, `~` and delete, which share its high bits.
    pub(super) braces: u64,
    /// How many braces are open at its start.
    pub(super) depth: i64,
}

impl Marked {
    pub(super) fn new() -> Self {
        Self { filled: 0, marks: [Marks::default(); BATCH] }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Marks> {
        self.marks.iter().take(self.filled)
    }
}

/// The signs of one block, a bit for each byte.
struct Signs {
    quotes: u64,
    backslashes: u64,
    /// What [`Marks::braces`] marks, within strings too.
    braces: u64,
    /// Those of them that open something, where they are counted with an instruction.
    opening: u64,
}

#[inline(always)]
fn mark_all(
    blocks: &[[u8; BLOCK]],
    carry: &mut Carry,
    marked: &mut Marked,
    signs: impl Fn(&[u8; BLOCK]) -> Signs,
    parities: impl Fn(u64) -> u64,
    count: impl Fn(&[u8; BLOCK], u64, u64) -> (i64, i64),
) {
    let Carry { mut in_string, mut escaped, mut depth } = *carry;
    let mut filled = 0;
    for (block, bytes) in blocks.iter().enumerate() {
        let Signs { quotes, backslashes, braces, opening } = signs(bytes);
        let quotes = quotes & !escapes(backslashes, &mut escaped);
        let inside = parities(quotes) ^ in_string;
        in_string = 0_u64.wrapping_sub(inside >> 63);
        let braces = braces & !inside;
        // Written whether it matters or not: a branch that is hard to foresee costs more.
        if let Some(marks) = marked.marks.get_mut(filled) {
            *marks = Marks { block, braces, depth };
        }
        let (opened, closed) = count(bytes, braces, opening);
        filled += usize::from(depth - closed < LEVEL);
        depth += opened - closed;
    }
    marked.filled = filled;
    *carry = Carry { in_string, escaped, depth };
}

/// How many of the marked braces open and how many close, one by one.
#[inline(always)]
fn count_slowly(block: &[u8; BLOCK], braces: u64, _: u64) -> (i64, i64) {
    let (mut braces, mut opened, mut closed) = (braces, 0, 0);
    while braces != 0 {
        let byte = block.get(braces.trailing_zeros() as usize % BLOCK).copied().unwrap_or_default();
        opened += i64::from(byte == b'{');
        closed += i64::from(byte == b'}');
        braces &= braces - 1;
    }
    (opened, closed)
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
        __m128i, __m256i, __m512i, _mm_clmulepi64_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_cvtsi128_si64,
        _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8, _mm256_cmpeq_epi8,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x, _mm256_set1_epi8, _mm512_cmpeq_epi8_mask,
        _mm512_set_epi64, _mm512_set1_epi8,
    };

    use super::{BLOCK, Carry, Marked, Signs, count_slowly, mark_all, parities};

    #[target_feature(enable = "sse2")]
    pub(super) fn mark_sse2(blocks: &[[u8; BLOCK]], carry: &mut Carry, marked: &mut Marked) {
        mark_all(blocks, carry, marked, |block| signs_sse2(block), parities, count_slowly);
    }

    #[target_feature(enable = "avx2,bmi1,pclmulqdq,popcnt")]
    pub(super) fn mark_avx2(blocks: &[[u8; BLOCK]], carry: &mut Carry, marked: &mut Marked) {
        mark_all(
            blocks,
            carry,
            marked,
            |block| signs_avx2(block),
            |bits| product(bits),
            |_, braces, opening| count(braces, opening),
        );
    }

    #[target_feature(enable = "avx512f,avx512bw,bmi1,pclmulqdq,popcnt")]
    pub(super) fn mark_avx512(blocks: &[[u8; BLOCK]], carry: &mut Carry, marked: &mut Marked) {
        mark_all(
            blocks,
            carry,
            marked,
            |block| signs_avx512(block),
            |bits| product(bits),
            |_, braces, opening| count(braces, opening),
        );
    }

    /// The same as [`parities`](super::parities): a product without carries by all ones is the sum of all shifts.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn product(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits.cast_signed()), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product).cast_unsigned()
    }

    #[inline]
    #[target_feature(enable = "popcnt")]
    fn count(braces: u64, opening: u64) -> (i64, i64) {
        (i64::from((braces & opening).count_ones()), i64::from((braces & !opening).count_ones()))
    }

    fn quad(bytes: [u8; 8]) -> i64 {
        i64::from_le_bytes(bytes)
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn signs_sse2(block: &[u8; BLOCK]) -> Signs {
        let lanes = quarters(block).map(|[low, high]| _mm_set_epi64x(quad(high), quad(low)));
        let equal = |sign: u8| {
            let signs = _mm_set1_epi8(sign.cast_signed());
            lanes.map(|lane| _mm_cmpeq_epi8(lane, signs))
        };
        let bits = |lanes: [__m128i; 4]| {
            let [a, b, c, d] = lanes.map(|lane| u64::from(_mm_movemask_epi8(lane).cast_unsigned()));
            a | b << 16 | c << 32 | d << 48
        };
        let backslashes = equal(b'\\');
        let [a, b, c, d] = backslashes;
        let any = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)));
        Signs {
            quotes: bits(equal(b'"')),
            backslashes: if any == 0 { 0 } else { bits(backslashes) },
            braces: bits(lanes.map(|lane| _mm_cmpgt_epi8(lane, _mm_set1_epi8(0x7A)))),
            opening: 0,
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn signs_avx2(block: &[u8; BLOCK]) -> Signs {
        let halves = halves(block);
        let equal = |sign: u8| {
            let signs = _mm256_set1_epi8(sign.cast_signed());
            halves.map(|half| _mm256_cmpeq_epi8(half, signs))
        };
        let backslashes = equal(b'\\');
        let [a, b] = backslashes;
        let any = _mm256_movemask_epi8(_mm256_or_si256(a, b));
        let opening = bits(equal(b'{'));
        Signs {
            quotes: bits(equal(b'"')),
            backslashes: if any == 0 { 0 } else { bits(backslashes) },
            braces: opening | bits(equal(b'}')),
            opening,
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn halves(block: &[u8; BLOCK]) -> [__m256i; 2] {
        let [[a, b], [c, d], [e, f], [g, h]] = quarters(block).map(|pair| pair.map(quad));
        [_mm256_set_epi64x(d, c, b, a), _mm256_set_epi64x(h, g, f, e)]
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn bits(halves: [__m256i; 2]) -> u64 {
        let [low, high] = halves.map(|half| u64::from(_mm256_movemask_epi8(half).cast_unsigned()));
        low | high << 32
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn signs_avx512(block: &[u8; BLOCK]) -> Signs {
        let block = whole(block);
        let equal = |sign: u8| _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(sign.cast_signed()));
        let opening = equal(b'{');
        Signs { quotes: equal(b'"'), backslashes: equal(b'\\'), braces: opening | equal(b'}'), opening }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn whole(block: &[u8; BLOCK]) -> __m512i {
        let [[a, b], [c, d], [e, f], [g, h]] = quarters(block).map(|pair| pair.map(quad));
        _mm512_set_epi64(h, g, f, e, d, c, b, a)
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
        let mut signs = Signs { quotes: 0, backslashes: 0, braces: 0, opening: 0 };
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

    /// The same, byte by byte, and the depth at the end.
    fn naive(text: &[u8]) -> (Vec<Marks>, i64) {
        let (mut in_string, mut is_escaped, mut depth) = (false, false, 0);
        let mut all = Vec::new();
        for (block, bytes) in text.chunks(BLOCK).enumerate() {
            let mut marks = Marks { block, depth, ..Marks::default() };
            let (mut closed, mut lowest) = (0, depth);
            for (at, &byte) in bytes.iter().enumerate() {
                let was_escaped = is_escaped;
                is_escaped = byte == b'\\' && !was_escaped;
                in_string ^= byte == b'"' && !was_escaped;
                if !in_string && matches!(byte, b'{' | b'}') {
                    marks.braces |= 1 << at;
                    depth += i64::from(byte == b'{') - i64::from(byte == b'}');
                    closed += i64::from(byte == b'}');
                    lowest = lowest.min(depth);
                }
            }
            assert!(lowest >= LEVEL || marks.depth - closed < LEVEL, "no block that matters is left out");
            all.extend((marks.depth - closed < LEVEL).then_some(marks));
        }
        (all, depth)
    }

    fn marked(lanes: Lanes, text: &[u8]) -> (Vec<Marks>, i64) {
        let mut carry = Carry::default();
        let mut marked = Marked::new();
        let mut all = Vec::new();
        for (batch, blocks) in text.as_chunks::<BLOCK>().0.chunks(BATCH).enumerate() {
            lanes.mark(blocks, &mut carry, &mut marked);
            all.extend(marked.iter().map(|marks| {
                let block = marks.block + batch * BATCH;
                let is_brace = |at: &usize| matches!(text[block * BLOCK + at], b'{' | b'}');
                let braces = (0..BLOCK).filter(is_brace).fold(0, |bits, at| bits | 1 << at);
                Marks { block, braces: marks.braces & braces, ..*marks }
            }));
        }
        (all, carry.depth)
    }

    proptest! {
        #[test]
        fn every_width_marks_what_a_loop_over_bytes_marks(
            text in vec(prop_oneof![
                9 => prop::sample::select(br#""\{}{}x|"#.to_vec()),
                1 => any::<u8>(),
            ], 0..9_000),
        ) {
            let text = &text[..text.len() / BLOCK * BLOCK];
            let expected = naive(text);
            for lanes in [Lanes::detect(), Lanes::half(), Lanes::baseline(), Lanes::portable()] {
                prop_assert_eq!(marked(lanes, text), expected.clone(), "{:?}", lanes);
            }
        }
    }
}
