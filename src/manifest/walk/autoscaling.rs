//! What a `spec` says to an autoscaler.

use std::borrow::Cow;

use super::entries::Entry;
use super::{Read, Walk};
use crate::field::{Count, Hazard, HazardKind};
use crate::manifest::autoscaler::{Jump, JumpWhy, ScaleDown, ScalingPolicy, Select, Share};
use crate::manifest::object::{Autoscaling, Behavior, ScaleTarget, Text};
use crate::yaml::Event;

impl<'t> Walk<'_, 't> {
    /// An entry of a `spec` that says something to autoscalers only.
    pub(super) fn autoscaling(&mut self, entry: Entry<'t>, found: &mut Autoscaling) -> Read<()> {
        match &*entry.key.value {
            "scaleTargetRef" => found.target = Some(self.scale_target(entry)?),
            "behavior" => found.scale_down = self.behavior(entry)?,
            "idleReplicaCount" => found.idle = self.idle(&entry)?,
            _ => found.advanced = self.advanced(entry)?,
        }
        Ok(())
    }

    fn scale_target(&mut self, entry: Entry<'t>) -> Read<ScaleTarget> {
        let mut target = ScaleTarget {
            span: entry.key.span,
            ..ScaleTarget::default()
        };
        let around = self.mapping(entry.value, &mut |walk, entry| {
            match &*entry.key.value {
                "apiVersion" => target.api_version = walk.string(entry)?,
                "kind" => target.kind = walk.string(entry)?,
                "name" => target.name = walk.string(entry)?,
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        let texts = [&target.kind, &target.name];
        let hazard = texts.into_iter().find_map(Text::hazard);
        target.hazard = hazard.or(around.unreadable);
        Ok(target)
    }

    fn idle(&mut self, entry: &Entry<'t>) -> Read<Option<Result<Jump, Hazard>>> {
        let found = self.number(entry)?;
        let (span, why) = (found.span, JumpWhy::Idle);
        Ok(match (found.doubt, found.count) {
            (Some(doubt), _) => Some(Err(doubt)),
            (None, Count::Set(to)) => Some(Ok(Jump { to, why, span })),
            (None, Count::Null | Count::Absent) => None,
            (None, Count::Invalid(_)) => Some(Err(Hazard::new(HazardKind::NotPlain, span))),
        })
    }

    fn advanced(&mut self, entry: Entry<'t>) -> Read<Behavior> {
        self.at(entry, "horizontalPodAutoscalerConfig", |walk, entry| {
            walk.at(entry, "behavior", Self::behavior)
        })
    }

    fn behavior(&mut self, entry: Entry<'t>) -> Read<Behavior> {
        self.at(entry, "scaleDown", Self::scale_down)
    }

    /// What `read` makes of one key of a mapping; a hazard where it cannot be said whether the key is there.
    fn at(
        &mut self,
        entry: Entry<'t>,
        key: &str,
        read: fn(&mut Self, Entry<'t>) -> Read<Behavior>,
    ) -> Read<Behavior> {
        let mut found = None;
        let around = self.mapping(entry.value, &mut |walk, entry| {
            if entry.key.value == key {
                found = read(walk, entry)?;
                Ok(())
            } else {
                walk.reader.skip(&entry.value)
            }
        })?;
        Ok(around.unreadable.map(Err).or(found))
    }

    fn scale_down(&mut self, entry: Entry<'t>) -> Read<Behavior> {
        if matches!(&entry.value, Event::Scalar(scalar) if scalar.is_null()) {
            return Ok(None);
        }
        let mut found = ScaleDown {
            span: Some(entry.key.span),
            ..ScaleDown::default()
        };
        let mut hazard = None;
        let around = self.mapping(entry.value, &mut |walk, entry| {
            let odd = match &*entry.key.value {
                "policies" => walk.policies(&entry, &mut found.policies)?,
                "selectPolicy" => walk.select(entry, &mut found.select)?,
                "stabilizationWindowSeconds" => {
                    walk.seconds(&entry, &mut found.stabilization_seconds)?
                }
                _ => {
                    walk.reader.skip(&entry.value)?;
                    None
                }
            };
            hazard = hazard.take().or(odd);
            Ok(())
        })?;
        Ok(Some(hazard.or(around.unreadable).map_or(Ok(found), Err)))
    }

    fn policies(
        &mut self,
        entry: &Entry<'t>,
        policies: &mut Cow<'static, [ScalingPolicy]>,
    ) -> Read<Option<Hazard>> {
        if matches!(&entry.value, Event::Scalar(scalar) if scalar.is_null()) {
            return Ok(None);
        }
        let (mut found, mut hazard) = (Vec::new(), None);
        let outer = self.sequence(&entry.value, &mut |walk, item| {
            match walk.policy(item)? {
                Ok(policy) => found.push(policy),
                Err(odd) => hazard = hazard.take().or(Some(odd)),
            }
            Ok(())
        })?;
        *policies = found.into();
        Ok(hazard.or(outer))
    }

    fn policy(&mut self, item: Event<'t>) -> Read<Result<ScalingPolicy, Hazard>> {
        let span = item.span();
        let (mut kind, mut value, mut period, mut hazard) = (Text::Absent, None, None, None);
        let around = self.mapping(item, &mut |walk, entry| {
            let odd = match &*entry.key.value {
                "type" => {
                    kind = walk.string(entry)?;
                    None
                }
                "value" => walk.seconds(&entry, &mut value)?,
                "periodSeconds" => walk.seconds(&entry, &mut period)?,
                _ => {
                    walk.reader.skip(&entry.value)?;
                    None
                }
            };
            hazard = hazard.take().or(odd);
            Ok(())
        })?;
        if let Some(hazard) = hazard.or(around.unreadable) {
            return Ok(Err(hazard));
        }
        let most = match (kind.value(), value) {
            (Some("Pods"), Some(value)) => Some(Share::Pods(value)),
            (Some("Percent"), Some(value)) => Some(Share::Percent(value)),
            _ => None,
        };
        let policy = most.zip(period);
        Ok(policy
            .map(|(most, period_seconds)| ScalingPolicy {
                most,
                period_seconds,
            })
            .ok_or(Hazard::new(HazardKind::Unknown, span)))
    }

    fn select(&mut self, entry: Entry<'t>, select: &mut Select) -> Read<Option<Hazard>> {
        let span = entry.place();
        let text = self.string(entry)?;
        *select = match text.value() {
            None | Some("Max") => Select::Most,
            Some("Min") => Select::Fewest,
            Some("Disabled") => Select::Disabled,
            Some(_) => {
                return Ok(Some(Hazard::new(HazardKind::Unknown, span)));
            }
        };
        Ok(text.hazard())
    }

    /// A plain number, or none.
    fn seconds(&mut self, entry: &Entry<'t>, number: &mut Option<u32>) -> Read<Option<Hazard>> {
        let found = self.number(entry)?;
        *number = found.count.written();
        if let Some(doubt) = found.doubt {
            return Ok(Some(doubt));
        }
        let is_odd = matches!(found.count, Count::Invalid(_));
        Ok(is_odd.then_some(Hazard::new(HazardKind::NotPlain, found.span)))
    }
}
