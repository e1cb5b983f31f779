//! The filter: standard input, patched, to standard output; also as a KRM function, which adds the findings to its list.

use std::io;

use crate::ending::Done;
use crate::host::Host;
use crate::host::resource_list::ResourceList;
use crate::run::{self, Input, Task};
use crate::source::Sources;

pub(super) fn filter(task: &Task<'_>, stdin: impl io::Read, sources: &mut Sources) -> Done {
    let read = Input::stdin(stdin, sources).and_then(|stream| {
        let list = ResourceList::read(stream, sources.get(stream).text())?;
        Ok((stream, list))
    });
    match read {
        Err(problems) => Done::undecided(problems),
        Ok((stream, None)) => Done::of(run::run(task, &Input::Stream(stream), sources)),
        Ok((_, Some(list))) => function(task, list, sources),
    }
}

/// A KRM host parses standard output whatever the exit code, so it gets its list back even on failure.
fn function(task: &Task<'_>, list: ResourceList, sources: &mut Sources) -> Done {
    let task = Task {
        host: Host::Krm,
        ..*task
    };
    let input = Input::List(list);
    run::run(&task, &input, sources).map_or_else(
        |problems| {
            let list = input
                .list()
                .and_then(|list| list.undecided(&problems, sources));
            Done::undecided(problems).with_stream(list)
        },
        |judged| Done::of(Ok(judged)),
    )
}
