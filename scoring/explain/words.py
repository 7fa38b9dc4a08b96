"""The phrases of an explanation in Vietnamese and English. Knows no numbers."""

LANGUAGES = ("vi", "en")

WORDS = {
    "node": ("Chỉ số {code}{title}", "Node {code}{title}"),
    "domain": ("Phạm vi: {domain}", "Domain: {domain}"),
    "whole": ("toàn mẫu", "the whole sample"),
    "members": (
        "người trả lời: {members}; địa bàn: {psus}; tầng: {strata}",
        "respondents: {members}; PSUs: {psus}; strata: {strata}",
    ),
    "value": ("1. Giá trị", "1. Value"),
    "item": (
        "{code}: câu hỏi {item}; n = {n} câu trả lời hợp lệ",
        "{code}: item {item}; n = {n} valid answers",
    ),
    "answer-number": ("mỗi câu trả lời tính theo số đã ghi", "answers count as the number given"),
    "answer-values": ("mỗi câu trả lời tính: {values}", "answers count: {values}"),
    "answer-share": (
        "trả lời {codes} tính 1, còn lại tính 0",
        "answers {codes} count 1, the others 0",
    ),
    "mean": (
        "trung bình theo quyền số = tổng (quyền số × trả lời) / tổng quyền số",
        "weighted mean = sum of (weight × answer) / sum of weights",
    ),
    "rescale": (
        "chuyển từ khoảng {low} đến {high} sang thang {start} đến {end}",
        "moved from {low} to {high} onto the scale {start} to {end}",
    ),
    "reversed": (
        "câu hỏi tính ngược: {low} là kém nhất, {high} là tốt nhất",
        "the item counts the other way: {low} is the worst, {high} the best",
    ),
    "too-few": (
        "ít hơn mức tối thiểu {min_n}: không công bố giá trị",
        "fewer than the minimum of {min_n}: no value is shown",
    ),
    "given": ("{code}: số liệu ngoài {name}", "{code}: figure from outside {name}"),
    "no-given": ("phạm vi này không có số liệu", "there is no figure for this domain"),
    "constant": ("{code}: hằng số {value}", "{code}: constant {value}"),
    "child": (
        "{code}: {value}, quyền số {weight}, n = {n}",
        "{code}: {value}, node weight {weight}, n = {n}",
    ),
    "child-none": (
        "{code}: không có giá trị, quyền số {weight}, n = {n}",
        "{code}: no value, node weight {weight}, n = {n}",
    ),
    "uncounted": (
        "{code} có quyền số 0: được nêu, không tính",
        "{code} has node weight 0: shown, not counted",
    ),
    "none": ("không có", "none"),
    "sum": (
        "cộng các mục con nhân quyền số, rồi nhân hệ số {factor}",
        "sum of children times node weight, times the factor {factor}",
    ),
    "mean-of": (
        "trung bình các mục con theo quyền số, rồi nhân hệ số {factor}",
        "mean of the children by node weight, times the factor {factor}",
    ),
    "geometric": (
        "trung bình nhân các mục con theo quyền số, rồi nhân hệ số {factor}",
        "geometric mean of the children by node weight, times the factor {factor}",
    ),
    "propagate": (
        "quy tắc thiếu propagate: thiếu một mục con thì không có giá trị",
        "missing rule propagate: one missing child leaves no value",
    ),
    "drop": (
        "quy tắc thiếu drop: bỏ mục con thiếu, không chia lại quyền số",
        "missing rule drop: a missing child is left out, nothing is shared out",
    ),
    "drop_and_reweight": (
        "quy tắc thiếu drop_and_reweight: bỏ mục con thiếu, chia cho quyền số còn lại",
        "missing rule drop_and_reweight: a missing child is left out, the other weights divide",
    ),
    "absent": ("thiếu: {codes}", "missing: {codes}"),
    "no-value": ("Không có giá trị.", "No value."),
    "error": ("2. Sai số chuẩn", "2. Standard error"),
    "no-error": ("Chưa biết sai số chuẩn.", "The standard error is unknown."),
    "stage-1": (
        "giữa các địa bàn, theo tầng: phần chưa chọn × m / (m - 1) × tổng bình phương độ lệch",
        "between PSUs, by stratum: share not drawn × m / (m - 1) × sum of squared deviations",
    ),
    "residuals": (
        "quyền số đã hiệu chỉnh: độ lệch là phần dư của hồi quy theo các tổng biên",
        "calibrated weights: deviations are residuals of the regression on the margins",
    ),
    "stage-2": (
        "giữa các đơn vị cấp hai, theo địa bàn",
        "between second-stage units, by PSU",
    ),
    "group": ("{label}: m = {m}, {share} phương sai", "{label}: m = {m}, {share} of the variance"),
    "lone": (
        "{label}: chỉ một đơn vị, theo lonely_psu của thiết kế: phương sai {part}",
        "{label}: one unit only, as lonely_psu of the design says: variance {part}",
    ),
    "drawn": (
        "{label}: phần chưa được chọn bằng 0: phương sai {part}",
        "{label}: the share not drawn is 0: variance {part}",
    ),
    "others": (
        "{count} nhóm khác cộng lại: phương sai {part}, {share}",
        "{count} other groups together: variance {part}, {share}",
    ),
    "replicates": (
        "{count} lần tính lặp, từ {low} đến {high}; phương sai giữa chúng {part}",
        "{count} replicates, from {low} to {high}; their variance {part}",
    ),
    "within": (
        "trong một địa bàn, giữa các đơn vị cấp hai: phương sai {part}",
        "within one PSU, between second-stage units: variance {part}",
    ),
    "outside": (
        "sai số của số liệu ngoài {name}: phương sai {part}",
        "error of the figure from outside {name}: variance {part}",
    ),
    "variance": ("phương sai cộng lại", "the variance adds up"),
    "root": ("sai số chuẩn là căn bậc hai", "the standard error is its root"),
    "children": (
        "phần của từng mục con: đạo hàm × hiệp phương sai với chỉ số",
        "parts by child: derivative × covariance with the node",
    ),
    "child-part": (
        "{code}: sai số chuẩn {se}, {share} phương sai",
        "{code}: standard error {se}, {share} of the variance",
    ),
    "interval": ("3. Bậc tự do và khoảng tin cậy", "3. Degrees of freedom and interval"),
    "df-design": (
        "bậc tự do = địa bàn - tầng có người trả lời",
        "degrees of freedom = PSUs - strata that hold respondents",
    ),
    "df-other": ("bậc tự do {df}: {rule}", "degrees of freedom {df}: {rule}"),
    "df-satterthwaite": (
        "quy tắc Satterthwaite, không quá {most}",
        "Satterthwaite's rule, at most {most}",
    ),
    "df-replicates": (
        "số lần tính lặp giới hạn {most}",
        "no more than the replicates carry, {most}",
    ),
    "df-within": (
        "đơn vị cấp hai có câu trả lời trừ 1",
        "second-stage units with answers less 1",
    ),
    "df-none": (
        "chỉ có số liệu ngoài: dùng phân phối chuẩn",
        "figures from outside only: the normal quantile",
    ),
    "no-interval": ("Không có khoảng tin cậy.", "No interval."),
    "quantile": ("phân vị ở mức tin cậy {level}", "quantile for confidence {level}"),
    "half": ("nửa khoảng = phân vị × sai số chuẩn", "half width = quantile × standard error"),
    "ends": ("hai đầu của khoảng", "the two ends of the interval"),
    "logit": (
        "khoảng logit trên thang {start} đến {end}, đưa về thang ban đầu",
        "logit interval on the scale {start} to {end}, turned back",
    ),
    "share": (
        "p là ước lượng trên 0 đến 1 của thang {start} đến {end}; sai số chuẩn của p là {se}",
        "p is the estimate on 0 to 1 of the scale {start} to {end}; its standard error is {se}",
    ),
    "effective": (
        "cỡ mẫu hiệu dụng m = p (1 - p) / sai số chuẩn của p bình phương",
        "effective size m = p (1 - p) / squared standard error of p",
    ),
    "adjusted": (
        "m nhân bình phương của t theo số người trả lời chia cho phân vị",
        "m times the square of t by the number of respondents over the quantile",
    ),
    "beta": (
        "khoảng Korn-Graubard: phân vị của phân phối beta(mp; m (1 - p))",
        "Korn-Graubard interval: quantiles of the distribution beta(mp; m (1 - p))",
    ),
    "wilson": (
        "khoảng Wilson: (p + t² / 2m ± t / 2m × √(4 m p (1 - p) + t²)) / (1 + t² / m)",
        "Wilson interval: (p + t² / 2m ± t / 2m × √(4 m p (1 - p) + t²)) / (1 + t² / m)",
    ),
    "asin": (
        "khoảng theo góc: sin² của (arcsin √p ± phân vị × sai số / (2 √(p (1 - p))))",
        "interval of the angle: sin² of (arcsin √p ± quantile × error / (2 √(p (1 - p))))",
    ),
    "likelihood": (
        "khoảng theo hợp lý: hai đầu q có 2 (n - 1) KL(p, q) = phân vị² × n / m, n = {n}",
        "likelihood interval: the ends q have 2 (n - 1) KL(p, q) = quantile² × n / m, n = {n}",
    ),
    "from-to": ("từ {low} đến {high}", "from {low} to {high}"),
    "result": ("4. Kết quả", "4. Result"),
    "final": (
        "ước lượng {value}; sai số chuẩn {se}; khoảng {level}: {low} đến {high}",
        "estimate {value}; standard error {se}; {level} interval: {low} to {high}",
    ),
    "final-bare": (
        "ước lượng {value}; sai số chuẩn {se}; không có khoảng {level}",
        "estimate {value}; standard error {se}; no {level} interval",
    ),
    "notes": ("Lưu ý", "Notes"),
}

NOTES = {
    "small-n": ("quá ít câu trả lời", "too few answers"),
    "no-value": ("không có số liệu ngoài", "no figure from outside"),
    "missing-child": ("thiếu mục con", "a child had no value"),
    "too-few-psus": ("chưa biết sai số", "the variance is unknown"),
    "within-psu": ("sai số từ đơn vị cấp hai", "variance from second-stage units"),
    "no-df": ("không có khoảng", "no interval"),
    "df-1": ("chỉ một bậc tự do", "one degree of freedom"),
    "satterthwaite": ("bậc tự do Satterthwaite", "Satterthwaite's degrees of freedom"),
    "lonely-psu": ("tầng chỉ có một địa bàn", "strata of one PSU"),
    "no-se": ("số liệu ngoài không có sai số", "a figure from outside without error"),
    "calibrated": ("quyền số đã hiệu chỉnh", "calibrated weights"),
    "negative-weights": ("có quyền số âm", "weights below zero"),
    "not-converged": ("hiệu chỉnh chưa khớp hẳn", "a gap to the margins is left"),
    "no-spread": ("mọi câu trả lời như nhau", "all answers are worth the same"),
    "at-bound": ("ở đầu thang điểm", "on the end of its scale"),
    "interval": ("cách tính khoảng", "how the interval was found"),
    "out-of-range": ("câu trả lời ngoài khoảng", "answers outside the range"),
    "blank-domain": ("dòng không thuộc phạm vi nào", "rows that belong to no domain"),
    "trimmed": ("quyền số lớn đã được cắt bớt", "large weights were cut"),
}
