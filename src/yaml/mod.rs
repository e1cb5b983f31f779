//! Reading YAML: the only module that names the parser.

pub(crate) mod positions;
