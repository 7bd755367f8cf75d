//! ARNs as patterns: six parts, each matched by itself.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Resource", and "Amazon Resource Name (ARN) condition operators".

use super::context::Context;
use super::glob::Glob;
use super::possible::Uses;

use super::template::{Filled, Template, Wildcards, may_hold_variable};
use super::tri::{Logic, Tri};

/// A pattern for ARNs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArnPattern(Inner);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Inner {
    /// `*`: anything, also what is no ARN.
    Everything,
    /// The word `arn`, partition, service, Region and account, then the resource, which may hold colons and variables.
    Parts {
        /// The first five parts.
        place: Place,
        /// What stands behind the fifth colon.
        resource: Template,
    },
}

/// The first five parts of a pattern for ARNs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// Without wildcards and variables: the parts with the colons between them.
    Text(Box<str>),
    /// Each part by itself.
    Patterns(Box<[Template; 5]>),
}

/// Whether a text can be a pattern for ARNs.
///
/// # Errors
/// With a sentence that names the text.
pub(super) fn check_pattern(text: &str) -> Result<(), String> {
    if is_everything(text)
        || split(text).is_some_and(|[first, ..]| first.eq_ignore_ascii_case("arn") || first.contains('*'))
    {
        return Ok(());
    }
    Err(format!("`{text}` is no ARN, expected `*` or arn:partition:service:region:account:resource"))
}

fn is_everything(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// The six parts; colons inside of `${…}` do not part.
fn split(text: &str) -> Option<[&str; 6]> {
    let mut parts = [""; 6];
    let (mut start, mut filled, mut before, mut in_variable) = (0, 0, 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if before == b'$' => in_variable = true,
            b'}' => in_variable = false,
            b':' if !in_variable => {
                *parts.get_mut(filled)? = text.get(start..at)?;
                (start, filled) = (at + 1, filled + 1);
                if filled == 5 {
                    break;
                }
            }
            _ => {}
        }
        before = byte;
    }
    *parts.get_mut(filled)? = text.get(start..)?;
    (filled == 5).then_some(parts)
}

/// An ARN taken apart for matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArnParts<'a> {
    /// The first five parts.
    place: &'a str,
    /// What stands behind the fifth colon.
    pub(super) resource: &'a str,
}

impl<'a> ArnParts<'a> {
    /// Takes an ARN apart; `None` where it has fewer than six parts.
    pub(super) fn new(arn: &'a str) -> Option<Self> {
        let (fifth, _) = arn.match_indices(':').nth(4)?;
        Some(Self { place: arn.get(..fifth)?, resource: arn.get(fifth + 1..)? })
    }

    fn parts(&self) -> impl Iterator<Item = &'a str> {
        self.place.split(':')
    }
}

impl ArnPattern {
    /// Reads a pattern; `None` where it is none.
    pub(super) fn new(text: &str, variables: bool) -> Option<Self> {
        if is_everything(text) {
            return Some(Self(Inner::Everything));
        }
        let [arn, partition, service, region, account, resource] = split(text)?;
        let variables = variables && may_hold_variable(text);
        let part = |text| Template::new(text, Wildcards::Live, variables);
        let before = text.get(..text.len() - resource.len() - 1)?;
        let place = if before.contains(['*', '?', '$']) {
            Place::Patterns(Box::new([
                part(arn),
                part(partition),
                part(service),
                part(region),
                part(account),
            ]))
        } else {
            Place::Text(before.into())
        };
        Some(Self(Inner::Parts { place, resource: part(resource) }))
    }

    /// Whether the pattern matches an ARN, `None` standing for a resource that is no ARN.
    pub(super) fn matches(&self, arn: Option<&ArnParts<'_>>, context: &Context) -> Tri {
        let (place, resource) = match &self.0 {
            Inner::Everything => return Tri::Yes,
            Inner::Parts { place, resource } => (place, resource),
        };
        let Some(arn) = arn else { return Tri::No };
        // The resource tells most ARNs apart, so it is looked at first.
        let mut outcome = part_matches(resource, arn.resource, context);
        match place {
            Place::Text(place) => outcome.and(Tri::from(**place == *arn.place)),
            Place::Patterns(place) => {
                for (template, part) in place.iter().zip(arn.parts()) {
                    if outcome == Tri::No {
                        break;
                    }
                    outcome = outcome.and(part_matches(template, part, context));
                }
                outcome
            }
        }
    }

    /// Whether the pattern matches an ARN, under circumstances that may be known in part.
    pub fn covers(&self, arn: &str, context: &Context) -> Tri {
        self.matches(ArnParts::new(arn).as_ref(), context)
    }

    /// Whether the pattern is `*`.
    pub fn is_everything(&self) -> bool {
        self.0 == Inner::Everything
    }

    /// The text with which the resource part of everything that matches begins; empty where a variable begins it.
    pub fn resource_prefix(&self) -> &str {
        match &self.0 {
            Inner::Everything => "",
            Inner::Parts { resource, .. } => resource.fixed().map_or("", Glob::prefix),
        }
    }

    /// The keys of its variables, in lower case.
    pub fn keys(&self) -> Vec<&str> {
        self.templates().into_iter().flat_map(Template::keys).collect()
    }

    /// What unknown variables must be for the pattern to match an ARN: two ARNs with the same captures are told apart
    /// by no value of the variables.
    pub fn captures(&self, arn: &str, context: &Context) -> Vec<String> {
        let Some(arn) = ArnParts::new(arn) else { return Vec::new() };
        let mut captures = Vec::new();
        for (template, text) in self.open_parts(&arn) {
            for key in template.keys() {
                let mut uses = Uses::default();
                uses.variable(key, template, text, context);
                captures.push(uses.texts_or(text));
            }
        }
        captures
    }

    /// The parts with variables, each with the text of the ARN that it must match.
    pub(super) fn open_parts<'a>(&'a self, arn: &ArnParts<'a>) -> Vec<(&'a Template, &'a str)> {
        let place = self.place().iter().zip(arn.parts());
        let pairs = place.chain(self.resource().map(|resource| (resource, arn.resource)));
        pairs.filter(|(template, _)| template.fixed().is_none()).collect()
    }

    /// The parts that may hold variables.
    pub(super) fn templates(&self) -> Vec<&Template> {
        self.place().iter().chain(self.resource()).collect()
    }

    /// The first five parts and the resource; `None` of `*`.
    pub(super) fn parts(&self) -> Option<(&Place, &Template)> {
        match &self.0 {
            Inner::Everything => None,
            Inner::Parts { place, resource } => Some((place, resource)),
        }
    }

    fn place(&self) -> &[Template] {
        match self.parts() {
            Some((Place::Patterns(place), _)) => place.as_slice(),
            _ => &[],
        }
    }

    fn resource(&self) -> Option<&Template> {
        self.parts().map(|(_, resource)| resource)
    }
}

fn part_matches(template: &Template, part: &str, context: &Context) -> Tri {
    if let Some(glob) = template.fixed() {
        return Tri::from(glob.matches(part));
    }
    match template.fill(context) {
        Filled::Pattern(glob) => Tri::from(glob.matches(part)),
        Filled::Nothing => Tri::No,
        Filled::Loose(glob) => {
            if glob.matches(part) {
                Tri::Unknown
            } else {
                Tri::No
            }
        }
    }
}
