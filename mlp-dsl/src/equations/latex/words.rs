//! Words and names in LaTeX.

/// Words as they stand in a sentence: characters that mean something to LaTeX are escaped.
pub(super) fn escaped(words: &str) -> String {
    words.chars().map(character).collect()
}

fn character(letter: char) -> String {
    match letter {
        '\\' => "\\textbackslash{}".to_owned(),
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{letter}"),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '×' => "$\\times$".to_owned(),
        '−' => "$-$".to_owned(),
        '½' => "$\\tfrac{1}{2}$".to_owned(),
        'ℝ' => "$\\mathbb{R}$".to_owned(),
        '∈' => "$\\in$".to_owned(),
        '…' => "\\dots{}".to_owned(),
        other => match greek(other) {
            Some(name) => format!("${name}$"),
            None => other.to_string(),
        },
    }
}

/// The letters of a name within a formula.
pub(super) fn letters(name: &str) -> String {
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(single), None) if single.is_ascii_alphabetic() => return single.to_string(),
        (Some(single), None) => {
            if let Some(greek) = greek(single) {
                return greek;
            }
        }
        _ => {}
    }
    let command = if name.is_ascii() { "mathit" } else { "textit" };
    format!("\\{command}{{{}}}", escaped(name))
}

/// The command of a Greek letter. Those that look like Latin ones have none, and are those.
pub(super) fn greek(letter: char) -> Option<String> {
    const SMALL: [(char, &str); 25] = [
        ('α', "alpha"),
        ('β', "beta"),
        ('γ', "gamma"),
        ('δ', "delta"),
        ('ε', "varepsilon"),
        ('ζ', "zeta"),
        ('η', "eta"),
        ('θ', "theta"),
        ('ι', "iota"),
        ('κ', "kappa"),
        ('λ', "lambda"),
        ('μ', "mu"),
        ('ν', "nu"),
        ('ξ', "xi"),
        ('π', "pi"),
        ('ρ', "rho"),
        ('ς', "varsigma"),
        ('σ', "sigma"),
        ('τ', "tau"),
        ('υ', "upsilon"),
        ('φ', "varphi"),
        ('χ', "chi"),
        ('ψ', "psi"),
        ('ω', "omega"),
        ('ϵ', "epsilon"),
    ];
    const LARGE: [(char, &str); 11] = [
        ('Γ', "Gamma"),
        ('Δ', "Delta"),
        ('Θ', "Theta"),
        ('Λ', "Lambda"),
        ('Ξ', "Xi"),
        ('Π', "Pi"),
        ('Σ', "Sigma"),
        ('Υ', "Upsilon"),
        ('Φ', "Phi"),
        ('Ψ', "Psi"),
        ('Ω', "Omega"),
    ];
    let mut all = SMALL.iter().chain(&LARGE);
    all.find(|(own, _)| *own == letter)
        .map(|(_, name)| format!("\\{name}"))
}
