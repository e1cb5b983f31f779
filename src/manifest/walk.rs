//! The streaming walk over one document, from events to [`Object`]s.
//!
//! Duplicate keys count as Go's YAML counts them, the last one; merge keys are read in their place. Both are noted as
//! hazards, as are tags and aliases, and left for the rules to judge. An entry that could be hidden behind a tag, an
//! alias or a merge is never taken for absent.

use std::collections::BTreeMap;
use std::ops::Range;

use super::object::{Metadata, Object, ScaleTarget, Spec, Text};
use super::replicas::{Hazard, HazardKind, Replicas};
use super::surroundings::{Surroundings, is_merge};
use crate::yaml::{Event, MalformedYaml, Reader, Scalar, Start, Tag};

/// The label with a chart's name and version.
const CHART: &str = "helm.sh/chart";

/// The annotations with the file of an object (kustomize's KRM functions specification), the older one last.
const PATH: &str = "internal.config.kubernetes.io/path";
const OLD_PATH: &str = "config.kubernetes.io/path";

/// Helm 4's annotation with the path of the template.
const TEMPLATE: &str = "postrenderer.helm.sh/postrender-filename";

type Read<T> = Result<T, MalformedYaml>;

/// One entry of a mapping, its value not read yet.
struct Entry<'t> {
    key: Scalar<'t>,
    value: Event<'t>,
    /// The alias that the value was reached by.
    alias: Option<Range<usize>>,
}

/// Walks one document.
pub(super) struct Walk<'r, 't> {
    pub(super) reader: &'r mut Reader<'t>,
    pub(super) text: &'t str,
}

impl<'t> Walk<'_, 't> {
    /// The object that begins with this mapping.
    pub(super) fn object(&mut self, start: &Start) -> Read<Object> {
        let mut object = Object::new(start);
        let mut specs = 0;
        let around = self.entries(&mut |walk, entry| {
            match &*entry.key.value {
                "apiVersion" => object.api_version = walk.string(entry)?,
                "kind" => {
                    object.kind = walk.string(entry)?;
                    object.kinds.extend(object.kind.value().map(str::to_owned));
                }
                "metadata" => object.metadata = walk.metadata(entry.value)?,
                "spec" => {
                    specs += 1;
                    let again = (specs > 1).then(|| entry.key.span.clone());
                    walk.spec_of(&mut object, entry)?;
                    if let (Some(spec), Some(key)) = (&mut object.spec, again) {
                        spec.doubt(HazardKind::DuplicateKey, key);
                    }
                }
                "status" => object.live |= walk.holds_anything(entry.value)?,
                "items" => {
                    if let Event::SequenceStart(start) = &entry.value {
                        object.anchors.push((start.anchor, start.span.clone()));
                    }
                    object.items.clear();
                    walk.items(&entry.value, &mut object)?;
                }
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        object.live |= object.metadata.uid;
        object.unreadable = object.unreadable.take().or(around.unreadable);
        object.hazard = object.hazard.take().or(around.hazard);
        if let Some(hazard) = object.hazard.clone() {
            object.doubt(&hazard);
        }
        Ok(object)
    }

    /// Hands every entry of a mapping whose start was read to `handle`, merged ones in their place.
    fn entries(
        &mut self,
        handle: &mut dyn FnMut(&mut Self, Entry<'t>) -> Read<()>,
    ) -> Read<Surroundings<'t>> {
        let mut around = Surroundings::default();
        loop {
            let raw = self.reader.next()?;
            if matches!(raw, Event::End) {
                return Ok(around);
            }
            if around.first.is_none() {
                around.first = Some(raw.clone());
            }
            let key_alias = raw.alias_span();
            let key = self.reader.follow(raw)?;
            let Event::Scalar(key) = key else {
                self.pass_entry(&key, &mut around)?;
                continue;
            };
            let value = self.reader.next()?;
            if let Some(span) = key_alias.clone() {
                around.note(HazardKind::Alias, span);
            }
            if key_alias.is_none() && is_merge(&key) {
                around.note(HazardKind::MergeKey, key.span.clone());
                self.merge(value, &mut around, handle)?;
                continue;
            }
            if key.tag == Tag::Other {
                around.note(HazardKind::Tag, key.span.clone());
            }
            let alias = value.alias_span();
            let value = self.reader.follow(value)?;
            handle(self, Entry { key, value, alias })?;
        }
    }

    /// Passes over an entry whose key is no scalar; one behind an alias that cannot be followed could be any.
    fn pass_entry(&mut self, key: &Event<'t>, around: &mut Surroundings<'t>) -> Read<()> {
        if matches!(key, Event::Alias { .. }) {
            around.note(HazardKind::Unresolved, key.span());
        }
        self.reader.skip(key)?;
        let value = self.reader.next()?;
        self.reader.skip(&value)
    }

    fn merge(
        &mut self,
        value: Event<'t>,
        around: &mut Surroundings<'t>,
        handle: &mut dyn FnMut(&mut Self, Entry<'t>) -> Read<()>,
    ) -> Read<()> {
        let value = self.reader.follow(value)?;
        match &value {
            Event::MappingStart(_) => {
                let inner = self.entries(handle)?;
                around.unreadable = around.unreadable.take().or(inner.unreadable);
            }
            other => {
                around.note(HazardKind::Unresolved, other.span());
                self.reader.skip(other)?;
            }
        }
        Ok(())
    }

    fn string(&mut self, entry: Entry<'t>) -> Read<Text> {
        match entry.value {
            Event::Scalar(scalar) if scalar.is_null() => Ok(Text::Absent),
            Event::Scalar(Scalar {
                value,
                tag: Tag::Absent | Tag::Usual,
                span,
                ..
            }) => Ok(Text::Read {
                value: value.into_owned(),
                span: entry.alias.unwrap_or(span),
            }),
            other => {
                self.reader.skip(&other)?;
                let kind = if matches!(other, Event::Scalar(_)) {
                    HazardKind::Tag
                } else {
                    HazardKind::Unresolved
                };
                let span = if other.span().is_empty() {
                    entry.key.span
                } else {
                    other.span()
                };
                Ok(Text::Unreadable(Hazard { kind, span }))
            }
        }
    }

    fn metadata(&mut self, value: Event<'t>) -> Read<Metadata> {
        let mut metadata = Metadata::default();
        let around = self.mapping(value, &mut |walk, entry| {
            match &*entry.key.value {
                "name" => metadata.name = walk.string(entry)?,
                "namespace" => metadata.namespace = walk.string(entry)?,
                "uid" => metadata.uid = walk.string(entry)?.value().is_some(),
                "labels" => [metadata.chart] = walk.fields(entry.value, [CHART])?,
                "annotations" => {
                    let [template, newer, older] =
                        walk.fields(entry.value, [TEMPLATE, PATH, OLD_PATH])?;
                    metadata.template = template;
                    metadata.path = if newer.value().is_some() {
                        newer
                    } else {
                        older
                    };
                }
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        let texts = [&metadata.name, &metadata.namespace];
        let hazard = texts.into_iter().find_map(Text::hazard).cloned();
        metadata.hazard = hazard.or(around.unreadable);
        Ok(metadata)
    }

    /// Like [`Self::entries`] for a value that may be no mapping; then it is passed over, and noted.
    fn mapping(
        &mut self,
        value: Event<'t>,
        handle: &mut dyn FnMut(&mut Self, Entry<'t>) -> Read<()>,
    ) -> Read<Surroundings<'t>> {
        if let Event::MappingStart(start) = value {
            let mut around = self.entries(handle)?;
            if start.tag == Tag::Other {
                around.note(HazardKind::Tag, start.span);
            }
            return Ok(around);
        }
        self.reader.skip(&value)?;
        let mut around = Surroundings::default();
        if let Event::Alias { span, .. } = value {
            around.note(HazardKind::Unresolved, span);
        }
        Ok(around)
    }

    /// The values of some keys of a mapping.
    fn fields<const N: usize>(&mut self, value: Event<'t>, names: [&str; N]) -> Read<[Text; N]> {
        let mut found: [Text; N] = std::array::from_fn(|_| Text::Absent);
        self.mapping(value, &mut |walk, entry| {
            match names
                .iter()
                .zip(&mut found)
                .find(|(name, _)| entry.key.value == **name)
            {
                Some((_, text)) => *text = walk.string(entry)?,
                None => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn holds_anything(&mut self, value: Event<'t>) -> Read<bool> {
        let mut any = false;
        self.mapping(value, &mut |walk, entry| {
            any = true;
            walk.reader.skip(&entry.value)
        })?;
        Ok(any)
    }

    fn items(&mut self, value: &Event<'t>, list: &mut Object) -> Read<()> {
        if !matches!(value, Event::SequenceStart(_)) {
            if let Event::Alias { span, .. } = value {
                list.hidden(span.clone());
            }
            return self.reader.skip(value);
        }
        loop {
            let raw = self.reader.next()?;
            let alias = raw.alias_span();
            match self.reader.follow(raw)? {
                Event::End => return Ok(()),
                Event::Alias { span, .. } => list.hidden(span),
                Event::MappingStart(start) => {
                    let mut object = self.object(&start)?;
                    if let (Some(span), Some(spec)) = (alias, &mut object.spec) {
                        spec.stands_elsewhere(span);
                    }
                    if object.may_matter() {
                        list.items.push(object);
                    }
                }
                other => self.reader.skip(&other)?,
            }
        }
    }

    fn spec_of(&mut self, object: &mut Object, entry: Entry<'t>) -> Read<()> {
        object.spec = match entry.value {
            Event::MappingStart(start) => {
                object.anchors.push((start.anchor, start.span.clone()));
                Some(self.spec(&start, entry.alias)?)
            }
            other => {
                if let Event::Alias { span, .. } = &other {
                    object.hidden(span.clone());
                }
                self.reader.skip(&other)?;
                None
            }
        };
        Ok(())
    }

    fn spec(&mut self, start: &Start, alias: Option<Range<usize>>) -> Read<Spec> {
        let mut spec = Spec::new(Replicas::absent(self.text, start, None));
        let (mut counts, mut repeated) = (0, None);
        let around = self.entries(&mut |walk, entry| {
            match &*entry.key.value {
                "replicas" => {
                    counts += 1;
                    spec.replicas = Replicas::of(walk.text, &entry.key, &entry.value, entry.alias);
                    walk.reader.skip(&entry.value)?;
                    repeated = (counts > 1).then_some(entry.key.span);
                }
                "selector" => walk.selector(entry.value, &mut spec)?,
                "scaleTargetRef" => spec.scale_target = Some(walk.scale_target(entry)?),
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        if counts == 0 {
            spec.replicas = Replicas::absent(self.text, start, around.first.as_ref());
        }
        if start.tag == Tag::Other {
            spec.doubt(HazardKind::Tag, start.span.clone());
        }
        if let Some(hazard) = around.hazard {
            spec.doubt(hazard.kind, hazard.span);
        } else if let Some(span) = repeated {
            spec.doubt(HazardKind::DuplicateKey, span);
        }
        spec.selector_hazard = spec.selector_hazard.take().or(around.unreadable);
        if let Some(span) = alias {
            spec.stands_elsewhere(span);
        }
        Ok(spec)
    }

    fn selector(&mut self, value: Event<'t>, spec: &mut Spec) -> Read<()> {
        let (mut labels, mut hazard) = (BTreeMap::new(), None);
        let outer = self.mapping(value, &mut |walk, entry| {
            if entry.key.value != "matchLabels" {
                return walk.reader.skip(&entry.value);
            }
            labels.clear();
            hazard = None;
            let inner = walk.mapping(entry.value, &mut |walk, entry| {
                let key = entry.key.value.clone().into_owned();
                match walk.string(entry)? {
                    Text::Read { value, .. } => drop(labels.insert(key, value)),
                    Text::Absent => drop(labels.insert(key, String::new())),
                    Text::Unreadable(found) => hazard = Some(found),
                }
                Ok(())
            })?;
            hazard = hazard.take().or(inner.unreadable);
            Ok(())
        })?;
        spec.match_labels = labels;
        spec.selector_hazard = hazard.or(outer.unreadable);
        Ok(())
    }

    fn scale_target(&mut self, entry: Entry<'t>) -> Read<ScaleTarget> {
        let mut target = ScaleTarget {
            span: entry.key.span,
            ..ScaleTarget::default()
        };
        let around = self.mapping(entry.value, &mut |walk, entry| {
            match &*entry.key.value {
                "kind" => target.kind = walk.string(entry)?,
                "name" => target.name = walk.string(entry)?,
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        let texts = [&target.kind, &target.name];
        let hazard = texts.into_iter().find_map(Text::hazard).cloned();
        target.hazard = hazard.or(around.unreadable);
        Ok(target)
    }
}
