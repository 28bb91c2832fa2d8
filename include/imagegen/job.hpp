#pragma once
#include <imagegen/job/job.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/permit_gate.hpp>
#include <imagegen/job/permit_store.hpp>
#include <imagegen/job/worker.hpp>
