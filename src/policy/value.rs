//! The quantities that conditions compare: numbers, instants, address ranges.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::net::IpAddr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::arn;
use super::operator::Comparison;

/// Whether a text can be a value of a comparison.
///
/// # Errors
/// With a sentence that names the text.
pub(super) fn check(comparison: Comparison, text: &str) -> Result<(), String> {
    let expected = match comparison {
        Comparison::Numeric(_) if number(text).is_none() => "a number",
        Comparison::Date(_) if instant(text).is_none() => "an ISO 8601 date or seconds since 1970",
        Comparison::IpAddress if IpRange::parse(text).is_none() => "an IP address or a CIDR range",
        Comparison::Bool | Comparison::Null if truth(text).is_none() => "true or false",
        Comparison::Arn => return arn::check_pattern(text),
        _ => return Ok(()),
    };
    Err(format!("`{text}` is not {expected}"))
}

/// `true` or `false`, in any letter case.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A decimal number.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// An instant: ISO 8601 with a zone, a date without a time (midnight UTC), or seconds since 1970.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    if let Ok(seconds) = text.parse::<i64>()
        && text.len() != 4
    {
        return Timestamp::from_second(seconds).ok();
    }
    if let Some((seconds, _)) = text.split_once('.')
        && let Some(number) = number(text)
    {
        let fraction = (number.fract() * Decimal::from(1_000_000_000)).trunc();
        let nanoseconds = i64::try_from(fraction).ok()?;
        let whole = Timestamp::from_second(seconds.parse().ok()?).ok()?;
        return whole.checked_add(SignedDuration::from_nanos(nanoseconds)).ok();
    }
    let date = match text.len() {
        4 => Date::new(text.parse().ok()?, 1, 1).ok()?,
        7 => format!("{text}-01").parse().ok()?,
        10 => text.parse().ok()?,
        _ => return None,
    };
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// An address range in CIDR notation; a bare address is a range of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpRange {
    address: IpAddr,
    prefix: u8,
}

impl IpRange {
    /// Reads a range.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address.parse().ok()?, Some(prefix.parse::<u8>().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let most = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        let prefix = prefix.unwrap_or(most);
        (prefix <= most).then_some(Self { address, prefix })
    }

    /// How many leading bits all its addresses share.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Whether an address lies in the range. One of the other family never does.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = u64::from(own.to_bits() ^ other.to_bits());
                differing >> (32 - u32::from(self.prefix)) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                self.prefix == 0 || differing >> (128 - u32::from(self.prefix)) == 0
            }
            _ => false,
        }
    }

    /// The addresses at its ends and next to them: between them, every range in a set tells apart what it can.
    pub(super) fn edges(&self) -> Vec<IpAddr> {
        match self.address {
            IpAddr::V4(own) => {
                let size = u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                let first = own.to_bits() & !size;
                let last = first | size;
                let near = [first.checked_sub(1), Some(first), Some(last), last.checked_add(1)];
                near.into_iter().flatten().map(|bits| IpAddr::V4(bits.into())).collect()
            }
            IpAddr::V6(own) => {
                let size = u128::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                let first = own.to_bits() & !size;
                let last = first | size;
                let near = [first.checked_sub(1), Some(first), Some(last), last.checked_add(1)];
                near.into_iter().flatten().map(|bits| IpAddr::V6(bits.into())).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_contain_what_they_say() {
        let cases = [
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9/32", "203.0.113.8", false),
            ("2001:db8::/32", "2001:db9::", false),
            ("10.1.2.3/8", "10.9.9.9", true),
        ];
        for (range, address, expected) in cases {
            let range_read = IpRange::parse(range).unwrap();
            assert_eq!(range_read.contains(address.parse().unwrap()), expected, "{address} in {range}");
        }
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/x", "host"] {
            assert_eq!(IpRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn instants_come_in_many_forms() {
        let same = ["2026-06-15T12:00:00Z", "2026-06-15T14:00:00+02:00", "1781524800", "1781524800.0"];
        for text in same {
            assert_eq!(instant(text), Some(Timestamp::from_second(1_781_524_800).unwrap()), "{text}");
        }
        assert_eq!(instant("2026-06-15"), instant("2026-06-15T00:00:00Z"));
        assert_eq!(instant("2026-06"), instant("2026-06-01T00:00:00Z"));
        assert_eq!(instant("2026"), instant("2026-01-01T00:00:00Z"));
        for text in ["", "soon", "2026-13-01", "12:00"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_decimals() {
        assert_eq!(number("1.50"), number("1.5"));
        assert_eq!(number("1e3"), number("1000"));
        assert_eq!(number("x"), None);
    }
}
