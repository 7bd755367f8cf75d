#[test]
fn rules_check() {
    let set = match secrets_auditor::rules::load(&secrets_auditor::rules::LoadOptions::default()) {
        Ok(s) => s,
        Err(e) => {
            for e in &e {
                println!("{e}\n");
            }
            panic!("{} errors", e.len())
        }
    };
    let (n, f) = secrets_auditor::rules::run_examples(&set);
    for x in &f {
        println!("{} {} {}", x.rule, x.example, x.reason);
    }
    println!("{n} examples {} failures", f.len());
}
