//! Where candidate records go.

/// Takes the records that may matter.
pub trait RecordSink {
    /// One JSON object that contains the host name of Secrets Manager: as the source of the event or as anything else.
    /// It begins and ends with its brace; what is between was not checked, and may hold invalid UTF-8.
    fn record(&mut self, json: &[u8]);
}

impl<F: FnMut(&[u8])> RecordSink for F {
    fn record(&mut self, json: &[u8]) {
        self(json);
    }
}
