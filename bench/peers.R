# R's survey package on the arrays of one case: means of every item by province, and the composite
# of one province from the covariance of its 240 totals. Time is counted without reading files.
suppressPackageStartupMessages(library(survey))
case <- commandArgs(trailingOnly = TRUE)[1]
meta <- scan(file.path(case, "shape.txt"), quiet = TRUE)
n <- meta[1]
k <- meta[2]

column <- function(name, what, size, count) {
  connection <- file(file.path(case, name), "rb")
  on.exit(close(connection))
  readBin(connection, what, count, size = size)
}

data <- data.frame(
  stratum = column("stratum.bin", "integer", 4, n), psu = column("psu.bin", "integer", 4, n),
  prov = column("prov.bin", "integer", 4, n), weight = column("weight.bin", "double", 8, n)
)
codes <- matrix(column("codes.bin", "integer", 1, n * k), n, k)
items <- sprintf("q%03d", seq_len(k))

seconds <- function(work) {
  took <- system.time(work)
  c(processor = took[["user.self"]] + took[["sys.self"]], wall = took[["elapsed"]])
}
peak <- function() {
  status <- readLines("/proc/self/status")
  as.numeric(gsub("[^0-9]", "", status[grepl("^VmHWM", status)])) / 1024
}
say <- function(name, took) {
  cat(name, took[["processor"]], took[["wall"]], peak(), "\n")
}

# Means by province, complete data: a missing answer is given the middle of the scale, because
# svyby of several items drops whoever misses one of them.
filled <- codes
filled[filled < 0] <- 2L
colnames(filled) <- items
complete <- cbind(data, as.data.frame(filled))
rm(filled)
means <- seconds({
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = complete, nest = TRUE)
  svyby(as.formula(paste("~", paste(items, collapse = "+"))), ~prov, design, svymean)
})
say("means", means)
rm(complete, design)
invisible(gc())

# The composite with missing answers: totals of r s and r of every item, their covariance, and the
# delta method; for three provinces, as all 63 take as long.
whole <- seconds({
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = data, nest = TRUE)
})
provinces <- sort(unique(data$prov))[1:3]
few <- seconds(for (province in provinces) {
  here <- which(data$prov == province)
  valid <- codes[here, ] >= 0
  both <- cbind(ifelse(valid, codes[here, ], 0L), valid)
  totals <- svytotal(both, design[here, ])
  v <- vcov(totals)
  y <- coef(totals)[seq_len(k)]
  d <- coef(totals)[k + seq_len(k)]
  slope <- c(1 / d, -y / d^2) / k
  error <- sqrt(drop(slope %*% v %*% slope))
  stopifnot(is.finite(error))
})
all_provinces <- length(unique(data$prov)) / length(provinces)
say("composite", whole + few * all_provinces)
