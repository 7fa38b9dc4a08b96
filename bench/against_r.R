# R's survey package on the cases of bench/random_surveys.py: Rscript against_r.R FOLDER. Reads
# cases.csv, people.csv and margins.csv, writes numbers.csv: case, quantity, of what, part, its
# numbers. A quantity that R refuses has its message in place of numbers.
suppressPackageStartupMessages(library(survey))
# With survey.drop.replicates R 4.1 leaves respondents of strata taken whole out of replicate totals,
# but not out of the total that it measures them from
options(warn = -1, survey.adjust.domain.lonely = FALSE, survey.drop.replicates = FALSE)
folder <- commandArgs(trailingOnly = TRUE)[1]
table_of <- function(name) {
  read.csv(file.path(folder, name), colClasses = "character", na.strings = character(0))
}
cases <- table_of("cases.csv")
people <- table_of("people.csv")
margins <- table_of("margins.csv")

said <- list()
current <- ""
say <- function(quantity, of, part, values) {
  said[[length(said) + 1]] <<- data.frame(
    case = current, quantity = quantity, of = of, part = part, values = values
  )
}
# Says every number of a list under the name of the whole, or that R refuses (part "refused")
attempt <- function(quantity, expression, of = "") {
  found <- tryCatch(force(expression), error = function(e) conditionMessage(e))
  if (is.character(found)) {
    return(say(quantity, of, "refused", substr(gsub("[\n\",]", " ", found), 1, 80)))
  }
  for (part in names(found)) {
    values <- as.vector(found[[part]])
    texts <- ifelse(is.finite(values), sprintf("%.15g", values), "nan")
    say(quantity, of, part, paste(texts, collapse = " "))
  }
}
policies <- c(refuse = "fail", certainty = "certainty", average = "average", adjust = "adjust")
under <- function(policy) options(survey.lonely.psu = policies[[policy]])

numbers_in <- function(column) {
  matrix(as.numeric(unlist(strsplit(column, " "))), nrow = length(column), byrow = TRUE)
}
rows_of <- function(name) {
  rows <- people[people$case == name, ]
  for (each in c("a", "b", "c", "d", "x", "z", "weight")) rows[[each]] <- as.numeric(rows[[each]])
  for (each in c("psus", "ssus")) rows[[each]] <- as.numeric(sub("inf", "Inf", rows[[each]]))
  for (each in c("g", "s", "place", "v1", "v2")) rows[[each]][rows[[each]] == ""] <- NA
  for (each in c("a", "b", "c", "d", "x")) {
    rows[[paste0("r", each)]] <- as.numeric(!is.na(rows[[each]]))
    rows[[paste0("y", each)]] <- ifelse(is.na(rows[[each]]), 0, rows[[each]])
    for (sex in c("f", "m")) for (part in c("r", "y")) {
      rows[[paste0(part, each, sex)]] <- rows[[paste0(part, each)]] * (rows$s == sex)
    }
  }
  rows
}
design_of <- function(kind, rows) {
  switch(kind,
    wr = , pairs = svydesign(~psu, strata = ~stratum, weights = ~weight, data = rows, nest = TRUE),
    wor = svydesign(
      ~psu, strata = ~stratum, weights = ~weight, fpc = ~psus, data = rows, nest = TRUE
    ),
    two = svydesign(
      ~ psu + ssu, strata = ~stratum, weights = ~weight, fpc = ~ psus + ssus, data = rows, nest = TRUE
    ),
    elements = svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~psus, data = rows)
  )
}
ITEMS <- c("a", "b", "c", "d", "x")
form <- function(name) as.formula(paste0("~", name))

means <- function(design, deff = FALSE) {
  found <- lapply(ITEMS, function(item) svymean(form(item), design, na.rm = TRUE, deff = deff))
  list(
    est = sapply(found, coef), se = sapply(found, SE),
    if (!isFALSE(deff)) sapply(found, function(each) deff(each))
  )
}
by_domain <- function(design, column, domains, df = TRUE) {
  found <- lapply(domains, function(each) {
    here <- design[which(design$variables[[column]] == each), ]
    whole <- means(here, "replace")
    list(est = whole$est, se = whole$se, deff = whole[[3]], df = if (df) degf(here))
  })
  sapply(c("est", "se", "deff", if (df) "df"), function(part) unlist(lapply(found, `[[`, part)), simplify = FALSE)
}
levels_of <- function(column) sort(unique(column[!is.na(column)]))

# the index: a mean of two leaves on 0..10 and a geometric mean of two others
parts <- function(sex = "") {
  share <- function(item) paste0("(y", item, sex, "/r", item, sex, ")")
  one <- sprintf("(2*10*%s+10*(%s-1)/4)/3", share("a"), share("c"))
  two <- sprintf("exp((log(2*%s)+3*log(%s))/4)", share("b"), share("x"))
  c(one = one, two = two, index = sprintf("0.6*(%s)+0.4*(%s)", one, two))
}
index <- function(design) {
  named <- paste0(rep(c("y", "r"), 4), rep(c("a", "c", "b", "x"), each = 2))
  stat <- svytotal(reformulate(named), design)
  found <- svycontrast(stat, lapply(parts(), str2lang))
  list(est = coef(found), se = sqrt(diag(vcov(found))), cov = vcov(found))
}
sexes_index <- function(design) {
  named <- paste0(rep(c("y", "r"), 4), rep(c("a", "c", "b", "x"), each = 2))
  stat <- svytotal(reformulate(c(paste0(named, "f"), paste0(named, "m"))), design)
  texts <- sprintf("(%s)-(%s)", parts("f"), parts("m"))
  found <- svycontrast(stat, lapply(setNames(texts, names(parts())), str2lang))
  list(est = coef(found), se = sqrt(diag(vcov(found))))
}
missing_cov <- function(design) {
  stat <- svytotal(~ ya + ra + yb + rb + yc + rc + yd + rd, design)
  texts <- sprintf("y%s/r%s", ITEMS[1:4], ITEMS[1:4])
  found <- svycontrast(stat, lapply(setNames(texts, ITEMS[1:4]), str2lang))
  list(cov = vcov(found))
}

basics <- function(design, rows, case) {
  attempt("mean", {
    whole <- means(design, "replace")
    half <- qt(.975, degf(design)) * whole$se
    list(
      est = whole$est, se = whole$se, deff = whole[[3]], df = degf(design),
      ends = c(whole$est - half, whole$est + half)
    )
  })
  attempt("mean of complete items", list(cov = vcov(svymean(~ a + b + x, design))))
  attempt("mean with gaps", missing_cov(design))
  attempt("index", index(design))
  attempt("total", {
    found <- lapply(ITEMS, function(item) svytotal(form(item), design, na.rm = TRUE))
    list(
      est = sapply(found, coef), se = sapply(found, SE), cov = vcov(svytotal(~ a + b + x, design))
    )
  })
  attempt("ratio", {
    found <- svyratio(~ x + b, ~ z + x, design)
    list(est = found$ratio, se = sqrt(found$var))
  })
  for (column in if (case$block %in% c("trimming", "rounds")) c("g", "place") else "g") {
    attempt(paste("domain", column), by_domain(design, column, levels_of(rows[[column]])))
  }
  attempt("domain index", {
    found <- lapply(levels_of(rows$g), function(each) index(design[which(rows$g == each), ]))
    list(est = unlist(lapply(found, `[[`, "est")), se = unlist(lapply(found, `[[`, "se")))
  })
  attempt("domain ratio", {
    found <- lapply(levels_of(rows$g), function(each) svyratio(~x, ~b, design[which(rows$g == each), ]))
    list(est = sapply(found, function(each) each$ratio), se = sapply(found, function(each) sqrt(each$var)))
  })
  attempt("domains jointly", {
    found <- svyby(~ a + b, ~g, design, svymean, covmat = TRUE)
    list(est = coef(found), cov = vcov(found))
  })
  attempt("difference", {
    both <- svyby(~ a + b, ~s, design, svymean, covmat = TRUE)
    terms <- list(c(1, -1, 0, 0), c(0, 0, 1, -1))
    found <- svycontrast(both, terms)
    list(est = coef(found), se = SE(found), df = degf(subset(design, s %in% c("f", "m"))))
  })
  attempt("difference of groups", {
    two <- subset(design, g %in% c("g1", "g2"))
    found <- svycontrast(svyby(~ a + b, ~g, two, svymean, covmat = TRUE), list(c(1, -1, 0, 0), c(0, 0, 1, -1)))
    list(est = coef(found), se = SE(found), df = degf(two))
  })
  attempt("difference of index", sexes_index(design))
}

# The SE of sums of x (n, k) whose lonely strata are centred at the mean of all PSUs, as survey 4.5
# does, where 4.1 centres them at zero; one stage
recentred <- function(x, design) {
  before <- svyrecvar(x, design$cluster, design$strata, design$fpc, postStrata = design$postStrata)
  for (each in design$postStrata) x <- as.matrix(qr.resid(each$qr, x / each$w) * each$w)
  psu <- design$cluster[[1]]
  one <- !duplicated(psu)
  stratum <- as.character(design$strata[one, 1])
  t <- rowsum(x, psu, reorder = FALSE)
  f <- if (is.null(design$fpc$popsize)) 0 else (design$fpc$sampsize / design$fpc$popsize)[one, 1]
  alone <- table(stratum)[stratum] == 1 & f < 1
  away <- (sweep(t, 2, colMeans(t))^2 - t^2) * (1 - f)
  sqrt(diag(before) + colSums(away[alone, , drop = FALSE]))
}
influence <- function(item, design) {
  y <- design$variables[[item]]
  w <- ifelse(is.na(y), 0, 1 / design$prob)
  y[is.na(y)] <- 0
  (y - sum(w * y) / sum(w)) * w / sum(w)
}
lonely <- function(design, case, mine) {
  for (policy in names(policies)) {
    under(policy)
    say_of <- function(what, expression) attempt(paste0("lonely ", policy, ", ", what), expression)
    say_of("mean", means(design)[1:2])
    say_of("mean with gaps", missing_cov(design))
    say_of("index", index(design)[c("est", "se")])
    say_of("total", {
      found <- svytotal(~ a + b + x, design)
      list(est = coef(found), se = if (policy == "adjust") {
        recentred(as.matrix(design$variables[c("a", "b", "x")]) / design$prob, design)
      } else SE(found))
    })
    say_of("ratio", {
      found <- svyratio(~x, ~b, design)
      list(est = coef(found), se = SE(found))
    })
    say_of("domain", {
      found <- svyby(~ a + b, ~g, design, svymean)
      list(est = coef(found), se = unlist(SE(found)))
    })
    say_of("domains jointly", {
      list(cov = vcov(svyby(~ a + b, ~g, design, svymean, covmat = TRUE)))
    })
    say_of("jackknife", {
      found <- means(as.svrepdesign(design, type = "JKn"))
      list(est = found$est, se = found$se)
    })
    say_of("raking", {
      raked <- calibrate_by(design, "raking", case, mine)
      whole <- means(raked)
      list(est = whole$est, se = if (policy == "adjust") {
        recentred(sapply(ITEMS, influence, raked), raked)
      } else whole$se)
    })
  }
}

# calibration: the population totals of the margins, in the order of R's model matrix
of_margins <- function(mine, numeric) {
  total <- function(name) as.numeric(mine$total[mine$variable == name])
  first <- setNames(total("v1"), mine$value[mine$variable == "v1"])
  second <- setNames(total("v2"), mine$value[mine$variable == "v2"])
  population <- c(`(Intercept)` = sum(first), setNames(first[-1], paste0("v1", names(first)[-1])),
    setNames(second[-1], paste0("v2", names(second)[-1])))
  if (numeric) c(population, z = total("z")) else population
}
calibrated <- function(design, weights = TRUE) {
  whole <- means(design)
  totals <- svytotal(~ a + x, design)
  by <- if (weights) lapply(levels_of(design$variables$s), function(each) means(subset(design, s == each)))
  c(
    if (weights) list(weights = weights(design, "sampling")),
    list(est = whole$est, se = whole$se, total = coef(totals), `total se` = SE(totals)),
    if (weights) list(
      cov = vcov(svymean(~ a + b + x, design)), `domain est` = unlist(lapply(by, `[[`, "est")),
      `domain se` = unlist(lapply(by, `[[`, "se")), `index se` = index(design)$se
    )
  )
}
frequency <- function(mine, name) {
  here <- mine[mine$variable == name, ]
  setNames(data.frame(here$value, Freq = as.numeric(here$total)), c(name, "Freq"))
}
CALFUN <- list(
  raking = list("raking", FALSE, c(-Inf, Inf)), `raking, number` = list("raking", TRUE, c(-Inf, Inf)),
  linear = list("linear", TRUE, c(-Inf, Inf)), `linear in bounds` = list("linear", TRUE, NULL),
  logit = list("logit", TRUE, NULL)
)
calibrate_by <- function(design, kind, case, mine) {
  how <- CALFUN[[kind]]
  bounds <- if (is.null(how[[3]])) as.numeric(c(case$low, case$high)) else how[[3]]
  calibrate(
    design, if (how[[2]]) ~ v1 + v2 + z else ~ v1 + v2, of_margins(mine, how[[2]]),
    calfun = how[[1]], bounds = bounds, epsilon = 1e-13, maxit = 200, compress = FALSE
  )
}
calibration <- function(design, case, mine) {
  attempt("post-strata", calibrated(postStratify(design, ~v1, frequency(mine, "v1"))))
  for (kind in names(CALFUN)) attempt(kind, calibrated(calibrate_by(design, kind, case, mine)))
  attempt("rake", {
    raked <- rake(
      design, list(~v1, ~v2), list(frequency(mine, "v1"), frequency(mine, "v2")),
      control = list(maxit = 500, epsilon = 1e-9)
    )
    list(weights = weights(raked), est = means(raked)$est, se = means(raked)$se)
  })
}

replicated <- function(quantity, design, rows) {
  attempt(quantity, {
    whole <- means(design)
    joint <- svymean(~ a + b + x, design)
    ratio <- svyratio(~x, ~b, design)
    both <- svyby(~ a + b, ~s, design, svymean, covmat = TRUE)
    composite <- withReplicates(design, function(w, data) {
      means <- sapply(c("a", "c", "b", "x"), function(item) {
        weighted.mean(data[[item]], w * data[[paste0("r", item)]], na.rm = TRUE)
      })
      (2 * 10 * means[1] + 10 * (means[2] - 1) / 4) / 3 * 0.6 +
        0.4 * exp((log(2 * means[3]) + 3 * log(means[4])) / 4)
    })
    list(
      est = whole$est, se = whole$se, cov = vcov(joint), ratio = c(coef(ratio), SE(ratio)),
      `domain cov` = vcov(both), index = c(coef(composite), SE(composite))
    )
  })
  attempt(paste(quantity, "design"), list(df = degf(design)))
  attempt(paste(quantity, "domain"), by_domain(design, "g", levels_of(rows$g))[c("est", "se", "df")])
}
jackknife <- function(design, rows, case, mine) {
  type <- if (length(unique(rows$stratum)) == 1) "JK1" else "JKn"
  for (mse in c(FALSE, TRUE)) {
    name <- if (mse) "jackknife about the estimate" else "jackknife"
    made <- tryCatch(as.svrepdesign(design, type = type, mse = mse), error = identity)
    if (inherits(made, "error")) attempt(name, stop(made)) else replicated(name, made, rows)
  }
  if (inherits(made, "error")) return(invisible())
  for (kind in c("raking", "linear")) {
    attempt(paste("jackknife,", kind), calibrated(calibrate_by(made, kind, case, mine), FALSE))
  }
  attempt("jackknife, post-strata", {
    calibrated(postStratify(made, ~v1, frequency(mine, "v1")), FALSE)
  })
}
replicates <- function(design, rows, case, mine) {
  jackknife(design, rows, case, mine)
  given <- function(quantity, column, combined, ...) {
    made <- svrepdesign(
      repweights = numbers_in(rows[[column]]), weights = rows$weight, data = rows,
      combined.weights = combined, ...
    )
    replicated(quantity, made, rows)
    made
  }
  draws <- given("bootstrap, given draws", "draws", FALSE, type = "bootstrap", scale = 1 / 11, rscales = rep(1, 12))
  attempt("bootstrap, linear", calibrated(calibrate_by(draws, "linear", case, mine), FALSE))
  rows$ours <- rows$own
  weights <- numbers_in(rows$own) * rows$weight
  made <- svrepdesign(
    repweights = weights, weights = rows$weight, data = rows, combined.weights = TRUE,
    type = "other", scale = 0.5, rscales = (1:12) / 12, mse = TRUE
  )
  replicated("own weights", made, rows)
  if (case$design == "pairs") {
    halves <- numbers_in(rows$halves)
    for (rho in c(0, as.numeric(case$rho))) {
      made <- svrepdesign(
        repweights = 1 + (1 - rho) * halves, weights = rows$weight, data = rows,
        combined.weights = FALSE, type = if (rho == 0) "BRR" else "Fay", rho = rho
      )
      replicated(if (rho == 0) "half samples" else "half samples of Fay", made, rows)
    }
    attempt("half samples of R", {
      total <- svytotal(~ a + b + x, as.svrepdesign(design, type = "BRR"))
      list(est = coef(total), se = SE(total))
    })
  }
}

shares <- function(design, rows) {
  design <- update(design, high = ifelse(is.na(c), NA, as.numeric(c >= 4)))
  wilson <- function(formula, design) {
    m <- svymean(formula, design, na.rm = TRUE)
    p <- as.numeric(coef(m))
    n <- p * (1 - p) / as.numeric(vcov(m))
    level <- 2 * pnorm(qt(.975, degf(design))) - 1
    list(est = p, ends = prop.test(p * n, n, conf.level = level, correct = FALSE)$conf.int)
  }
  for (where in c("whole", "women")) {
    here <- if (where == "whole") design else subset(design, s == "f")
    for (method in c("mean", "logit", "xlogit", "beta", "asin", "likelihood", "wilson")) {
      for (item in c("a", "d", "high")) attempt(paste("share,", method), {
        if (method == "wilson") wilson(form(item), here) else {
          # the silent are taken out first: R's mean weight, by which it scales the likelihood,
          # would count them. Korn and Graubard's n counts them, as the df do
          modelled <- method %in% c("logit", "likelihood")
          those <- if (modelled) here[which(!is.na(here$variables[[item]])), ] else here
          extra <- if (modelled) list() else list(na.rm = TRUE)
          found <- do.call(svyciprop, c(list(form(item), those, method, df = degf(here)), extra))
          list(est = coef(found), ends = attr(found, "ci"))
        }
      }, paste(where, item))
    }
  }
}

trimming <- function(design, case) {
  attempt("trimming", {
    w <- weights(design)
    trimmed <- trimWeights(design, upper = as.numeric(case$times) * median(w), strict = TRUE)
    list(weights = weights(trimmed), est = means(trimmed)$est, se = means(trimmed)$se)
  })
}

quantiles <- function(design) {
  for (where in c("whole", "women")) {
    here <- if (where == "whole") design else subset(design, s == "f")
    for (item in c("c", "x")) attempt("quantiles", {
      found <- svyquantile(
        form(item), here, c(.25, .5, .75), na.rm = TRUE, ci = TRUE, interval.type = "mean",
        qrule = "math", df = degf(here)
      )[[1]]
      list(est = found[, 1], ends = found[, 2:3])
    }, paste(where, item))
  }
}

rounds <- function(rows) {
  for (h in unique(rows$stratum)) {
    here <- rows$stratum == h
    shared <- intersect(rows$psu[here & rows$year == "2025"], rows$psu[here & rows$year == "2026"])
    if (!length(shared)) rows$stratum[here] <- paste(h, rows$year[here])
  }
  design <- design_of("wr", rows)
  attempt("rounds", {
    both <- svyby(~ a + b, ~year, design, svymean, covmat = TRUE)
    change <- svycontrast(both, list(c(-1, 1, 0, 0), c(0, 0, -1, 1)))
    list(est = coef(both), cov = vcov(both), change = coef(change), `change se` = SE(change), df = degf(design))
  })
  attempt("rounds, index", {
    rows$s <- ifelse(rows$year == "2026", "f", "m")
    for (item in ITEMS) for (sex in c("f", "m")) for (part in c("r", "y")) {
      rows[[paste0(part, item, sex)]] <- rows[[paste0(part, item)]] * (rows$s == sex)
    }
    sexes_index(design_of("wr", rows))
  })
}

for (at in seq_len(nrow(cases))) {
  case <- cases[at, ]
  current <- case$name
  rows <- rows_of(case$name)
  mine <- margins[margins$case == case$name, ]
  design <- design_of(case$design, rows)
  under(case$policy)
  basics(design, rows, case)
  switch(case$block,
    calibration = calibration(design, case, mine), replicates = replicates(design, rows, case, mine),
    shares = shares(design, rows), trimming = {
      trimming(design, case)
      quantiles(design)
    },
    rounds = rounds(rows)
  )
  if (case$policy != "refuse") lonely(design, case, mine)
}
write.csv(do.call(rbind, said), file.path(folder, "numbers.csv"), row.names = FALSE)
