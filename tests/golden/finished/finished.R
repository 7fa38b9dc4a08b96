# The four likelihood intervals that R ends too early, from a fit that is finished. Run as
#   Rscript tests/golden/finished/finished.R FOLDER > tests/golden/finished/golden.json
# FOLDER holds apisrs.csv, apistrat.csv and nhanes.csv, the data of the package. svyciprop passes
# no control on to its fit; these are the two calls that it makes, and the control.
suppressPackageStartupMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
from <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
apisrs <- svydesign(id = ~1, fpc = ~fpc, weights = ~pw, data = from("apisrs"))
apistrat <- svydesign(id = ~1, strata = ~stype, fpc = ~fpc, weights = ~pw, data = from("apistrat"))
apistrat_wr <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = from("apistrat"))
nhanes <- svydesign(
  id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = from("nhanes")
)

fitted_ends <- function(formula, design, control) {
  call <- bquote(svyglm(.(formula), design, family = quasibinomial, control = .(control)))
  fit <- eval(call)
  ends <- suppressMessages(confint(fit, 1, method = "likelihood", ddf = degf(design)))
  plogis(c(coef(fit)[[1]], as.numeric(ends)))
}
number <- function(x) format(x, digits = 15, trim = TRUE)
case <- function(name, formula, design, said) {
  ends <- fitted_ends(formula, design, glm.control(epsilon = 1e-14, maxit = 100))
  call <- paste0(
    "svyglm(", deparse(formula), ", ", said, ", family = quasibinomial, ",
    "control = glm.control(epsilon = 1e-14, maxit = 100)); confint(method = 'likelihood')"
  )
  sprintf(
    '  "%s": {\n    "call": "%s",\n    "survey": "%s",\n    "result": {"est": %s, "ci": [[%s, %s]]}\n  }',
    name, gsub('"', "'", call), packageVersion("survey"),
    number(ends[1]), number(ends[2]), number(ends[3])
  )
}
wide <- sch.wide == "Yes" ~ 1
high <- api00 > 800 ~ 1
# A missing answer makes another domain: svyglm of the whole design would divide the weights by the
# mean of all respondents, and drop those without an answer only afterwards
answered <- subset(nhanes, !is.na(HI_CHOL))
cat("{\n", paste(c(
  case("dsrs_ciprop_likelihood_api00gt800", high, apisrs, "apisrs"),
  case("dstrat_ciprop_likelihood_schwide", wide, apistrat, "apistrat"),
  case("dstrat_nofpc_ciprop_likelihood_schwide", wide, apistrat_wr, "apistrat, no fpc"),
  case("nhanes_ciprop_likelihood", HI_CHOL ~ 1, answered, "subset(nhanes, !is.na(HI_CHOL))")
), collapse = ",\n"), "\n}\n", sep = "")
