//! Rebuilds when a rule file or the sample comes or goes: embedding alone does not notice new files.

fn main() {
    for folder in ["rules", "examples/sample"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
