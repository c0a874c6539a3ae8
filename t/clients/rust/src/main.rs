// patterns PATTERNS TEXTS: does each pattern (a line) find something in each
// text (a line)?  Prints a line of 1 and 0 for each pattern.  The crate regex
// knows nothing ahead or behind, as no engine of linear time does.

use std::env::args;
use std::fs::read_to_string;

use regex::RegexBuilder;

fn main() {
    let files: Vec<String> = args().skip(1).map(|path| read_to_string(path).unwrap()).collect();

    for line in files[0].split_terminator('\n') {
        let pattern = RegexBuilder::new(line).size_limit(1 << 28).build().unwrap();
        let found: String = files[1]
            .split_terminator('\n')
            .map(|text| if pattern.is_match(text) { '1' } else { '0' })
            .collect();

        println!("{found}");
    }
}
