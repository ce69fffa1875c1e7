extension PreTokenizer {
    /// Where the words of every text end.
    var safeCuts: SafeCuts {
        switch self {
        case .cl100k: .cl100kLike
        }
    }
}
