//! Pictures, in the format that the name of their file says.

use std::path::Path;

use mlp_dsl::Diagnostic;
use mlp_dsl::plot::{self, DrawError, Drawing};

use super::answer::Problem;

/// The formats of a picture.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    Svg,
    Png,
}

impl Format {
    /// The format that the name of a file ends with.
    pub(crate) fn of(path: &Path) -> Result<Self, Box<Problem>> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => {
                let unknown = Diagnostic::whole("the name says neither SVG nor PNG")
                    .help("let it end with `.svg` or `.png`");
                Err(Problem::about(path.display().to_string(), unknown))
            }
        }
    }

    /// The bytes of a picture in this format.
    pub(crate) fn draw(self, drawing: &(impl Drawing + ?Sized)) -> Result<Vec<u8>, DrawError> {
        match self {
            Self::Svg => plot::svg(drawing).map(String::into_bytes),
            Self::Png => plot::png(drawing),
        }
    }
}
