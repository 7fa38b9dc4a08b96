"""The phrases of a sample plan in Vietnamese and English. Knows no numbers."""

LANGUAGES = ("vi", "en")

COLUMNS = {
    "domain": ("phạm vi", "domain"),
    "population": ("dân số", "population"),
    "interviews": ("phỏng vấn", "interviews"),
    "clusters": ("địa bàn", "clusters"),
    "drawn": ("cần chọn", "drawn"),
    "df": ("bậc tự do", "df"),
    "quantile": ("phân vị", "quantile"),
    "deff": ("hệ số thiết kế", "design effect"),
    "margin": ("sai số cho phép", "margin"),
    "textbook": ("N/(1+Ne²)", "N/(1+Ne²)"),
}
WHOLE = ("tất cả", "all")
TOTAL = ("cộng", "total")
NONE = "-"

NOTES = {
    "margin": (
        "Sai số cho phép là nửa khoảng tin cậy: phân vị x căn(hệ số thiết kế x S² x (1/n - 1/N)).",
        "The margin is half the interval: quantile x root(design effect x S² x (1/n - 1/N)).",
    ),
    "drawn": (
        "Cần chọn = phỏng vấn / tỷ lệ trả lời; chọn thêm không bù được người không trả lời.",
        "Drawn = interviews / response; drawing more does not mend how the silent differ.",
    ),
    "share": (
        "Tỷ lệ gần 0 hoặc 1 có khoảng không đối xứng; khoảng công bố tính theo Korn-Graubard.",
        "Shares near 0 or 1 have lopsided intervals; those published are Korn-Graubard's.",
    ),
    "clusters": (
        "Phân vị t theo số địa bàn trừ số tầng: ít địa bàn thì khoảng rộng hơn nhiều.",
        "The quantile is t with clusters less strata: with few clusters intervals are much wider.",
    ),
    "textbook": (
        "N/(1+Ne²) (Slovin, Yamane) chỉ đúng cho tỷ lệ 0,5, tin cậy khoảng 95 %, chọn ngẫu nhiên.",
        "N/(1+Ne²) (Slovin, Yamane) holds for a share of 0.5 and some 95 %, drawn at random.",
    ),
    "ignored": (
        "Công thức đó bỏ qua chọn theo địa bàn, quyền số, từng phạm vi và người không trả lời.",
        "That formula ignores clusters, weights, domains and who does not answer.",
    ),
}
