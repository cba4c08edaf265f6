//! Reads odd config and credentials files with awsp and with botocore, and compares the results.

use crate::interop::interpreter;
use crate::place::{AWSP, Place};

#[test]
fn odd_files_are_read_as_botocore_reads_them_but_for_the_named_rules() {
    let place = Place::new();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/botocore");
    let done = interpreter(&place, &["-B", program, "--awsp", AWSP]);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}
