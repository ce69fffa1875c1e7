import Domain

extension TokenizerParts {
    /// Where texts of this tokenizer may be cut.
    var resumeRule: ResumeRule? {
        ResumeRule(
            cuts: safeCuts,
            addedTokens: rawTokens + normalizedTokens,
            prefix: template.prefix.map(TokenID.init(rawValue:)),
            suffix: template.suffix.map(TokenID.init(rawValue:))
        )
    }

    /// What the words allow, if the normalizer keeps the places where they end. NFC does: it
    /// changes no whitespace and no newline, composes nothing across them, and leaves the letters
    /// and stops of `SafeCuts.beforeIdeographicStop` as they are.
    private var safeCuts: SafeCuts {
        guard case .words(let splitter) = pieces, case .byteLevelBPE = model else { return [] }
        guard let normalizer, !normalizer.isIdentity else { return splitter.safeCuts }
        if case .form(.nfc) = normalizer { return splitter.safeCuts }
        return []
    }
}

extension WordSplitter {
    /// Where the words of every text end.
    fileprivate var safeCuts: SafeCuts {
        switch self {
        case .gpt2: .gpt2
        case .cl100k, .o200k, .kimi, .deepSeek: .cl100kLike
        }
    }
}
