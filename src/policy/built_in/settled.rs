//! The charts and components of an embedded policy as they are where no policy is given, which is how most small runs
//! start: without a tree, its records and their merging.
//!
//! Packed as the tree is. A text is the place where it is written; other values are numbers, with their place.

use super::BuiltIn;
use super::packed::{Foreign, Unpack};
use crate::policy::given::{Given, Text};
use crate::policy::systems::long;
use crate::policy::{Component, INSTANCE_LABEL, Role, ScaleIn, Selector};
use crate::source::{Place, SourceId};
use crate::word::Word;

/// The roles by their numbers.
const ROLES: [Role; 3] = [Role::Worker, Role::Coordinator, Role::Singleton];

/// What one or several policies settle to.
#[derive(Debug, Default)]
pub(in crate::policy) struct Settled {
    pub(in crate::policy) charts: Vec<Given<Text>>,
    pub(in crate::policy) components: Vec<Component>,
    /// The limit of the last one, over all components.
    pub(in crate::policy) max_components: Option<Given<Option<u32>>>,
}

impl Settled {
    /// Adds what a policy settles to; `source` is the id of its text.
    pub(super) fn add(&mut self, policy: &BuiltIn, source: SourceId) -> Result<(), Foreign> {
        let mut from = Unpack::new(policy.text, policy.settled)?;
        let system = policy.name;
        let at = At { system, source };
        self.charts.append(&mut from.several(|it| at.text(it))?);
        self.components
            .append(&mut from.several(|it| at.component(it))?);
        if let Some(limit) = from.optional(|it| at.limit(it))? {
            self.max_components = Some(limit);
        }
        from.end()
    }
}

/// The text that is being unpacked.
struct At {
    system: &'static str,
    source: SourceId,
}

impl At {
    fn place(&self, from: &mut Unpack<'_>) -> Result<Place, Foreign> {
        Ok(Place::new(self.source, from.span()?))
    }

    fn text(&self, from: &mut Unpack<'_>) -> Result<Given<Text>, Foreign> {
        let place = self.place(from)?;
        let text = from.at(&place.span())?;
        Ok(Given::at(text.into(), place))
    }

    /// The name of a component: with that of its system if it is not the only one of the name.
    fn name(&self, from: &mut Unpack<'_>) -> Result<Given<Text>, Foreign> {
        let is_long = from.flag()?;
        let short = self.text(from)?;
        Ok(if is_long {
            short.map(|short| long(self.system, &short).into())
        } else {
            short
        })
    }

    /// A value, and its place if it is not a default.
    fn given<T>(&self, from: &mut Unpack<'_>, value: T) -> Result<Given<T>, Foreign> {
        let place = from.optional(|it| self.place(it))?;
        Ok(Given { value, place })
    }

    fn flag(&self, from: &mut Unpack<'_>) -> Result<Given<bool>, Foreign> {
        let value = from.flag()?;
        self.given(from, value)
    }

    fn limit(&self, from: &mut Unpack<'_>) -> Result<Given<Option<u32>>, Foreign> {
        let limit = from.optional(Unpack::number)?;
        self.given(from, limit.map(u32::from))
    }

    fn floor(&self, from: &mut Unpack<'_>) -> Result<Given<u32>, Foreign> {
        let floor = from.number()?.into();
        self.given(from, floor)
    }

    fn role(&self, from: &mut Unpack<'_>) -> Result<Given<Role>, Foreign> {
        let role = ROLES.get(usize::from(from.number()?)).ok_or(Foreign)?;
        self.given(from, *role)
    }

    fn component(&self, from: &mut Unpack<'_>) -> Result<Component, Foreign> {
        let name = self.name(from)?;
        Ok(Component {
            name: Word::from(&*name.value),
            system: Some(self.system),
            role: self.role(from)?,
            replaced_by: from.optional(|it| self.name(it))?,
            active_standby: self.flag(from)?,
            set_by_chart: self.flag(from)?,
            values_key: from.optional(|it| self.text(it))?,
            instance_label: from
                .optional(|it| self.text(it))?
                .unwrap_or_else(|| Given::by_default(INSTANCE_LABEL.into())),
            targets_refused: self.flag(from)?,
            scale_in: ScaleIn {
                max_replicas: self.limit(from)?,
                max_percent: self.limit(from)?,
                floor: self.floor(from)?,
            },
            workloads: from.several(|it| self.selector(it))?,
            place: name.place,
        })
    }

    fn selector(&self, from: &mut Unpack<'_>) -> Result<Selector, Foreign> {
        Ok(Selector {
            api_version: self.text(from)?,
            kind: self.text(from)?,
            match_labels: from.several(|it| Ok((self.text(it)?.value, self.text(it)?)))?,
            values_key: from.optional(|it| self.text(it))?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

    use super::*;
    use crate::policy::basis::Basis;
    use crate::policy::built_in::{ALL, held};
    use crate::policy::problems::Problems;
    use crate::policy::{PolicyOptions, layer};
    use crate::source::Sources;

    /// The numbers of what a policy settled to.
    struct Pack {
        text: &'static str,
        numbers: Vec<u16>,
    }

    impl Pack {
        fn number(&mut self, number: impl TryInto<u16>) {
            self.numbers.push(number.try_into().ok().unwrap());
        }

        fn span(&mut self, start: usize, end: usize) {
            self.number(start);
            self.number(end);
        }

        fn place(&mut self, place: &Place) {
            self.span(place.start(), place.end());
        }

        fn text(&mut self, text: &Given<Text>) {
            let place = text.place.as_ref().unwrap();
            assert_eq!(self.text.get(place.span()), Some(&*text.value));
            self.place(place);
        }

        fn name(&mut self, name: &str, place: &Place) {
            self.number(u16::from(self.text.get(place.span()) != Some(name)));
            self.place(place);
        }

        fn several<T>(&mut self, several: &[T], one: impl Fn(&mut Self, &T)) {
            self.number(several.len());
            for it in several {
                one(self, it);
            }
        }

        fn optional<T>(&mut self, optional: Option<&T>, one: impl Fn(&mut Self, &T)) {
            self.several(optional.as_slice(), |pack, it| one(pack, it));
        }

        fn origin<T>(&mut self, given: &Given<T>) {
            self.optional(given.place.as_ref(), Self::place);
        }

        fn flag(&mut self, flag: &Given<bool>) {
            self.number(u16::from(flag.value));
            self.origin(flag);
        }

        fn limit(&mut self, limit: &Given<Option<u32>>) {
            self.optional(limit.value.as_ref(), |pack, it| pack.number(*it));
            self.origin(limit);
        }

        fn component(&mut self, component: &Component) {
            self.name(&component.name, component.place.as_ref().unwrap());
            self.number(
                ROLES
                    .iter()
                    .position(|it| *it == component.role.value)
                    .unwrap(),
            );
            self.origin(&component.role);
            self.optional(component.replaced_by.as_ref(), |pack, it| {
                pack.name(it, it.place.as_ref().unwrap());
            });
            self.flag(&component.active_standby);
            self.flag(&component.set_by_chart);
            self.optional(component.values_key.as_ref(), Self::text);
            let label = Some(&component.instance_label).filter(|it| it.place.is_some());
            self.optional(label, Self::text);
            self.flag(&component.targets_refused);
            self.limit(&component.scale_in.max_replicas);
            self.limit(&component.scale_in.max_percent);
            self.number(component.scale_in.floor.value);
            self.origin(&component.scale_in.floor);
            self.several(&component.workloads, Self::selector);
        }

        fn selector(&mut self, selector: &Selector) {
            self.text(&selector.api_version);
            self.text(&selector.kind);
            self.several(&selector.match_labels, |pack, (key, value)| {
                let before = value.place.as_ref().unwrap().start();
                let key_at = pack.text.get(..before).unwrap().rfind(&**key).unwrap();
                pack.span(key_at, key_at + key.len());
                pack.text(value);
            });
            self.optional(selector.values_key.as_ref(), Self::text);
        }
    }

    /// What all texts come to, read as those that a policy extends.
    fn read(sources: &mut Sources) -> Basis {
        let mut problems = Problems::default();
        let layers = layer::load(sources, &PolicyOptions::default(), &mut problems).unwrap();
        let basis = Basis::of(layers.unwrap(), &mut problems);
        assert!(problems.is_empty());
        basis
    }

    #[test]
    fn what_is_embedded_is_what_the_texts_settle_to() {
        let mut sources = Sources::default();
        sources.add("another", "text");
        let basis = read(&mut sources);
        for policy in ALL {
            let mut pack = Pack {
                text: policy.text,
                numbers: Vec::new(),
            };
            let is_own = |place: &Option<Place>| {
                let source = place.as_ref().map(|it| sources.get(it.source).name());
                source == Some(&policy.source_name())
            };
            let charts: Vec<_> = basis.charts.iter().filter(|it| is_own(&it.place)).collect();
            pack.several(&charts, |pack, it| pack.text(it));
            let own = basis.components.iter().filter(|it| is_own(&it.place));
            let components: Vec<_> = own.collect();
            pack.several(&components, |pack, it| pack.component(it));
            let limit = Some(&basis.max_components).filter(|it| is_own(&it.place));
            pack.optional(limit, Pack::limit);
            held::packed(policy, "settled", &pack.numbers);
        }
        // With BLESS=1, the program still has the old numbers.
        if !held::is_blessing() {
            let mut sources = Sources::default();
            sources.add("another", "text");
            let embedded = Basis::built_in(&mut sources).unwrap();
            let (embedded, read) = (format!("{embedded:#?}"), format!("{basis:#?}"));
            // Both have thousands of lines.
            for (embedded, read) in embedded.lines().zip(read.lines()) {
                assert_eq!(embedded, read);
            }
            assert_eq!(embedded.len(), read.len());
        }
    }

    #[test]
    fn other_numbers_are_refused() {
        let mut sources = Sources::default();
        let whole = ALL.iter().find(|it| it.name == "milvus").unwrap();
        let source = sources.add("<built-in milvus>", whole.text);
        let of =
            |settled: &'static [u8]| Settled::default().add(&BuiltIn { settled, ..*whole }, source);
        assert!(of(whole.settled).is_ok());
        for cut in 0..whole.settled.len() {
            assert!(of(whole.settled.get(..cut).unwrap()).is_err(), "{cut}");
        }
        let longer = [whole.settled, &[0, 0]].concat();
        assert!(of(longer.leak()).is_err());
    }
}
