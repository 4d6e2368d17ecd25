//! Pictures: SVG text and PNG bytes. The letters of a PNG are drawn with a font that comes along, so that no font of the
//! machine is needed and every machine draws the same.

use std::fmt;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::style::{FontStyle, register_font};

/// An SVG is drawn this much larger and shown smaller, since the drawing library rounds to whole units.
const SVG_SCALE: u32 = 8;

/// A PNG is drawn this much larger and then averaged, which smooths its lines.
const SMOOTHING: u32 = 2;

/// What becomes of drawing on a backend.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// What there can be a picture of.
pub trait Drawing {
    /// Width and height, in units that a picture has one or more pixels for.
    fn size(&self) -> (u32, u32);

    /// The pixels of a PNG for each unit.
    fn pixels(&self) -> u32 {
        2
    }

    /// Draws it; a unit has `scale` pixels.
    ///
    /// # Errors
    /// What the drawing library refuses.
    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>, scale: u32) -> Drawn<DB>;
}

/// Why a picture could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawError(String);

impl fmt::Display for DrawError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the picture cannot be drawn: {}", self.0)
    }
}

impl std::error::Error for DrawError {}

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for DrawError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

/// A drawing as SVG.
///
/// # Errors
/// What the drawing library refuses.
pub fn svg(drawing: &(impl Drawing + ?Sized)) -> Result<String, DrawError> {
    font()?;
    let (width, height) = drawing.size();
    let (wide, high) = (width * SVG_SCALE, height * SVG_SCALE);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (wide, high)).into_drawing_area();
        drawing.draw(&area, SVG_SCALE)?;
        area.present()?;
    }
    let drawn = format!("width=\"{wide}\" height=\"{high}\"");
    let shown = format!("width=\"{width}\" height=\"{height}\"");
    Ok(svg.replacen(&drawn, &shown, 1))
}

/// A drawing as the bytes of a PNG.
///
/// # Errors
/// What the drawing library or the encoder refuses.
pub fn png(drawing: &(impl Drawing + ?Sized)) -> Result<Vec<u8>, DrawError> {
    font()?;
    let (width, height) = drawing.size();
    let scale = drawing.pixels();
    let (width, height) = (width * scale, height * scale);
    let (wide, high) = (width * SMOOTHING, height * SMOOTHING);
    let mut pixels = vec![0; wide as usize * high as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (wide, high)).into_drawing_area();
        drawing.draw(&area, scale * SMOOTHING)?;
        area.present()?;
    }
    let pixels = averaged(&pixels, wide as usize);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let failed = |error: png::EncodingError| DrawError(error.to_string());
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// Makes the letters known to the drawing library.
fn font() -> Result<(), DrawError> {
    let font = epaint_default_fonts::UBUNTU_LIGHT;
    register_font("sans-serif", FontStyle::Normal, font)
        .map_err(|_| DrawError("the font is damaged".to_owned()))
}

/// The mean of each square of pixels; rows are `wide` pixels long.
fn averaged(pixels: &[u8], wide: usize) -> Vec<u8> {
    let side = SMOOTHING as usize;
    let mut averaged = Vec::with_capacity(pixels.len() / (side * side));
    for rows in pixels.chunks_exact(wide * 3 * side) {
        for column in (0..wide).step_by(side) {
            for channel in 0..3 {
                let square = (0..side * side).map(|index| {
                    let (row, offset) = (index / side, index % side);
                    u32::from(rows[(row * wide + column + offset) * 3 + channel])
                });
                let mean = square.sum::<u32>() / (SMOOTHING * SMOOTHING);
                averaged.push(u8::try_from(mean).unwrap_or(u8::MAX));
            }
        }
    }
    averaged
}
