use std::io;
use std::vec;
use std::vec::Vec;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// The records of a text, one after the other; empty lines are none.
pub(super) struct Records<'t> {
    reader: Reader,
    text: &'t str,
    /// How much of the text was read.
    read: usize,
    record: Record,
}

/// One record. The fields stand in one array, one behind the other.
pub(super) struct Record {
    bytes: Vec<u8>,
    /// Where each field ends.
    ends: Vec<usize>,
    fields: usize,
    line: u64,
}

impl<'t> Records<'t> {
    pub(super) fn new(text: &'t str, delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            text,
            read: 0,
            record: Record {
                bytes: vec![0; 1024],
                ends: vec![0; 64],
                fields: 0,
                line: 0,
            },
        }
    }

    /// The next record; `None` behind the last one.
    pub(super) fn next_record(&mut self) -> Option<&Record> {
        let Record {
            bytes,
            ends,
            fields,
            line,
        } = &mut self.record;
        *line = line_of(self.text, self.read, self.reader.line());
        let (mut written, mut ended) = (0, 0);
        loop {
            let rest = &self.text.as_bytes()[self.read..];
            let (result, read, more, fewer) =
                (self.reader).read_record(rest, &mut bytes[written..], &mut ends[ended..]);
            self.read += read;
            written += more;
            ended += fewer;
            match result {
                // With nothing left to read, the next call gives the last record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => bytes.resize(2 * bytes.len(), 0),
                ReadRecordResult::OutputEndsFull => ends.resize(2 * ends.len(), 0),
                ReadRecordResult::Record => {
                    *fields = ended;
                    return Some(&self.record);
                }
                ReadRecordResult::End => return None,
            }
        }
    }
}

/// The line on which the record begins that follows the byte `start`, which is on this line.
fn line_of(text: &str, start: usize, line: u64) -> u64 {
    // The reader has not passed over the empty lines before it.
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    line + blank.filter(|byte| **byte == b'\n').count() as u64
}

impl Record {
    /// The line of the text that it begins on, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The fields without the blanks around them.
    ///
    /// # Errors
    /// Where a delimiter beyond ASCII has cut a letter in two.
    pub(super) fn fields(&self) -> Result<Vec<&str>, io::Error> {
        let mut start = 0;
        let fields = self.ends[..self.fields].iter().map(|&end| {
            let field = str::from_utf8(&self.bytes[start..end]);
            start = end;
            field.map(str::trim)
        });
        let fields: Result<Vec<&str>, _> = fields.collect();
        fields.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}
