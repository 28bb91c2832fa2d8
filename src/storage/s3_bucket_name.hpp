#pragma once
#include <string_view>

namespace imagegen::detail {

/// 3..63 lower-case letters, digits, dots and hyphens; a letter or digit at both ends; no two dots in a row.
/// Source: Amazon S3 User Guide, "General purpose bucket naming rules", which R2, MinIO and versitygw share.
bool is_bucket_name(std::string_view name) noexcept;

}  // namespace imagegen::detail
